// Widgets: each draws anew what its inputs choose, from the data beside it. All of it is in the
// page: without this script the picture stands still.
{
  const lang = document.documentElement.lang;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const figures = (options) => new Intl.NumberFormat(lang, { numberingSystem: "latn", ...options });
  const percents = figures({ style: "percent", maximumFractionDigits: 0 });
  const percent = (share) => percents.format(share);
  const decimals = (count) => {
    const format = figures({ minimumFractionDigits: count, maximumFractionDigits: count });
    return (value) => format.format(value);
  };
  const fill = (text, values) =>
    text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

  // A widget's elements and inputs; `draw` is called with the number of each input. What has been
  // chosen is said once the reader rests.
  const open = (box) => {
    const { data, say } = JSON.parse(box.querySelector("script").textContent);
    const one = (name) => box.querySelector(name);
    const said = one(".said");
    const inputs = [...box.querySelectorAll("[data-input]")];
    let waiting;
    const speak = (text) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => { said.textContent = text; }, 600);
    };
    const bind = (shown, draw) => {
      const update = () => {
        const values = {};
        for (const input of inputs) {
          const value = values[input.dataset.input] = Number(input.value);
          const text = shown(input.dataset.input, value);
          one(`[data-value=${input.dataset.input}]`).textContent = text;
          input.setAttribute("aria-valuetext", text);
        }
        return draw(values);
      };
      for (const input of inputs) input.addEventListener("input", () => speak(update()));
      update();
      return update;
    };
    return { data, say, one, inputs, speak, bind };
  };
  const bar = (row, share, text = percent(share)) => {
    row.querySelector(".mark").setAttribute("width", (100 * share).toFixed(2));
    row.querySelector("[data-share]").textContent = text;
  };

  // A text that is read word by word: the ink behind its first words is what they still decide.
  const reading = (box) => {
    const { data, say, one, inputs: [input], speak, bind } = open(box);
    const rows = [...box.querySelectorAll("[data-series]")].map((row) => ({
      left: row.querySelector("[data-left]"),
      sure: row.querySelector("[data-sure]"),
      words: [...row.querySelectorAll(".w")],
      inks: [...row.querySelectorAll(".tint")],
    }));
    const line = one("[data-now]");
    const last = data.words.length;
    const update = bind((name, at) => `${at} / ${last}`, ({ at }) => {
      for (const [number, row] of rows.entries()) {
        const share = data.series[number].values[at - 1];
        row.left.textContent = percent(share);
        const sure = percent(data.series[number].sure[at - 1]);
        row.sure.textContent = fill(say.sure, { answer: data.answer, share: sure });
        for (const [place, word] of row.words.entries()) {
          word.classList.toggle("unread", place >= at);
          word.classList.toggle("now", place === at - 1 && at < last);
        }
        for (const [place, ink] of row.inks.entries()) ink.setAttribute("fill-opacity", place < at ? share : 0);
      }
      const x = (400 * (at - 1)) / (last - 1);
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
      return data.series.map((each) => `${each.name}: ${percent(each.values[at - 1])}`).join("; ");
    });

    // It is read once on its own where `data-play` asks for it, and always when the button is pressed.
    const button = one("[data-play]");
    let timer;
    const stop = () => {
      clearInterval(timer);
      timer = undefined;
      button.textContent = say.play;
    };
    const show = (at) => { input.value = at; return update(); };
    const play = () => {
      if (Number(input.value) >= last) show(1);
      button.textContent = say.pause;
      timer = setInterval(() => {
        const text = show(Number(input.value) + 1);
        if (Number(input.value) >= last) { stop(); speak(text); }
      }, 260);
    };
    button.addEventListener("click", () => (timer ? stop() : play()));
    input.addEventListener("input", stop);
    if (box.closest("[data-plays]") && !calm.matches) {
      show(1);
      setTimeout(() => { if (!timer && Number(input.value) === 1) play(); }, 900);
    }
  };

  // Shares at a distance that one chooses.
  const lines = (box) => {
    const { data, bind } = open(box);
    const rows = box.querySelectorAll("[data-series]");
    bind((name, at) => String(data.x[at]), ({ at }) => {
      for (const [number, row] of rows.entries()) bar(row, data.series[number].values[at]);
      return data.series.map((each) => `${each.name}: ${percent(each.values[at])}`).join("; ");
    });
  };

  // One step of a cell, with gates that one opens and closes.
  const gates = (box) => {
    const { data, say, one, bind } = open(box);
    const two = decimals(2);
    const rows = [...box.querySelectorAll("[data-term]")];
    bind((name, value) => two(value), ({ f, i, o }) => {
      const state = f * data.c + i * data.g;
      const terms = { c: data.c, fc: f * data.c, ig: i * data.g, new: state, h: o * Math.tanh(state) };
      for (const row of rows) {
        const value = terms[row.dataset.term];
        const width = Math.max(-100, Math.min(100, 50 * value));
        row.querySelector(".mark").setAttribute("x", Math.min(width, 0));
        row.querySelector(".mark").setAttribute("width", Math.abs(width));
        row.querySelector("[data-share]").textContent = two(value);
      }
      const steps = 40;
      const points = Array.from({ length: steps + 1 }, (_, step) => `${10 * step},${100 * (1 - f ** step)}`);
      one("[data-decay]").setAttribute("points", points.join(" "));
      const kept = fill(say.kept, { count: steps, share: percent(f ** steps) });
      one("[data-kept]").textContent = kept;
      return `c: ${two(state)}; h: ${two(terms.h)}; ${kept}`;
    });
  };

  // The next word: a temperature for its scores, and a share of the probability that is kept.
  const sampling = (box) => {
    const { data, say, one, speak, bind } = open(box);
    const two = decimals(2);
    const { scores } = data.series[0];
    const rows = box.querySelectorAll("[data-word]");
    let p = [];
    bind((name, value) => two(value), ({ temperature, top }) => {
      const powers = scores.map((score) => Math.exp((score - scores[0]) / temperature));
      const sum = powers.reduce((a, b) => a + b);
      let before = 0;
      const kept = powers.map((power) => {
        const share = power / sum;
        before += share;
        return before - share < top - 1e-12 || top === 1 ? share : 0;
      });
      const all = kept.reduce((a, b) => a + b);
      p = kept.map((share) => share / all);
      for (const [place, row] of rows.entries()) bar(row, p[place]);
      bar(one("[data-rest]"), p.slice(rows.length).reduce((a, b) => a + b, 0));
      const possible = fill(say.possible, { count: p.filter((share) => share > 0).length, all: p.length });
      one("[data-possible]").textContent = possible;
      return `${data.words[0]}: ${percent(p[0])}; ${possible}`;
    });
    one("[data-draw]").addEventListener("click", () => {
      let rest = Math.random();
      const at = p.findIndex((share) => (rest -= share) < 0);
      const word = data.words[at < 0 ? 0 : at];
      one("[data-drawn]").textContent = word;
      for (const row of rows) row.classList.toggle("now", Number(row.dataset.word) === at);
    });
  };

  const kinds = { reading, lines, gates, sampling };
  for (const box of document.querySelectorAll("[data-widget]")) kinds[box.dataset.widget](box);
}
