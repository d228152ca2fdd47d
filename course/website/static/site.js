"use strict";
{
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const kept = {
    get(key) {
      try { return localStorage.getItem(`course-${key}`); } catch { return null; }
    },
    set(key, value) {
      try { localStorage.setItem(`course-${key}`, value); } catch { /* not stored */ }
    },
  };
  const page = document.documentElement;
  const say = document.body.dataset;

  // Dark or light: what the system has is followed again when it is chosen.
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (say.theme === "auto" ? system.matches : say.theme === "dark");
  const toggle = one(".theme");
  if (toggle) {
    const tell = () => toggle.setAttribute("aria-pressed", String(isDark()));
    toggle.hidden = false;
    toggle.addEventListener("click", () => {
      const dark = !isDark();
      say.theme = dark === system.matches ? "auto" : dark ? "dark" : "light";
      kept.set("theme", say.theme);
      tell();
    });
    system.addEventListener("change", tell);
    tell();
  }

  // Menus close when something else is chosen.
  const menus = all("details.menu");
  document.addEventListener("click", (event) => {
    for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
  });
  for (const menu of menus) {
    menu.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus.filter((each) => each.open)) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // Links to the same page in another language or framework, or side by side, lead to the section
  // in view.
  const main = one("main");
  const places = all("[id]", main);
  const shared = new Set((main.dataset.shared || "").split(" "));
  const top = () => one(".top").getBoundingClientRect().bottom + 60;
  const lastAbove = (items) => {
    if (window.scrollY < 40) return "";
    const passed = items.filter((item) => item.getBoundingClientRect().top <= top());
    return passed.length ? passed[passed.length - 1].id : "";
  };
  const follow = () => {
    const here = lastAbove(places);
    for (const link of all("a[data-language], a[data-place]")) link.hash = here;
    const both = lastAbove(places.filter((item) => shared.has(item.id)));
    for (const link of all("a[data-framework]")) link.hash = both;
    const heads = places.filter((item) => item.tagName === "SECTION");
    const section = lastAbove(heads);
    for (const link of all(".outline a")) {
      const now = section !== "" && link.hash === `#${section}`;
      if (now) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; follow(); });
  };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  addEventListener("load", soon);
  // Until the browser has scrolled, the requested section is the one in view.
  const target = places.find((item) => item.id && `#${item.id}` === location.hash);
  if (target) {
    for (const link of all("a[data-language], a[data-place]")) link.hash = target.id;
    if (shared.has(target.id)) for (const link of all("a[data-framework]")) link.hash = target.id;
  }

  // Other pages link to the framework that was read last.
  if (main.dataset.framework) kept.set("framework", main.dataset.framework);
  const framework = kept.get("framework");
  if (framework) {
    for (const link of all("a[data-lesson]")) {
      if (link.dataset.frameworks.split(" ").includes(framework)) {
        link.href = `${link.dataset.lesson}-${framework}.html${link.hash}`;
      }
    }
  }

  // The reader's own language is offered, once.
  const base = (tag) => tag.toLowerCase().split("-")[0].replace(/^(no|nn)$/, "nb");
  const wanted = () => {
    for (const tag of navigator.languages || []) {
      if (base(tag) === base(page.lang)) return null;
      const links = all("a[data-language]");
      const exact = links.find((link) => link.hreflang.toLowerCase() === tag.toLowerCase());
      const found = exact || links.find((link) => base(link.hreflang) === base(tag));
      if (found) return found;
    }
    return null;
  };
  const offer = one(".offer");
  const found = offer && wanted();
  if (found && kept.get("offer") !== found.hreflang) {
    const link = offer.querySelector("a");
    link.textContent = found.dataset.offer;
    link.href = found.href;
    link.lang = link.hreflang = found.hreflang;
    link.dir = offer.dir = found.dir;
    link.dataset.language = "";
    const close = offer.querySelector("button");
    close.textContent = found.dataset.close;
    close.lang = found.hreflang;
    close.addEventListener("click", () => {
      offer.hidden = true;
      kept.set("offer", found.hreflang);
    });
    offer.hidden = false;
  }
  for (const card of all("a[data-card]")) {
    const mine = (navigator.languages || []).some((tag) => base(tag) === base(card.hreflang));
    if (mine) card.classList.add("yours");
  }

  // Questions: an option is chosen, and the answer below it opens.
  const lessons = (() => {
    try { return JSON.parse(kept.get("lessons")) || {}; } catch { return {}; }
  })();
  const record = (lesson) => (lessons[lesson] ||= { read: false, right: [], asked: 0 });
  const end = one("[data-lesson-end]");
  const here = end ? record(end.dataset.lessonEnd) : null;
  const questions = here ? all(".quiz") : []; // on other pages they are only read
  const score = (text, { right, asked }) =>
    text.replace("{right}", right.length).replace("{asked}", asked);
  const show = () => {
    end.hidden = false;
    const line = end.querySelector(".score");
    line.hidden = !here.asked;
    line.textContent = score(line.dataset.score, here);
    end.querySelector("button").setAttribute("aria-pressed", String(here.read));
  };
  if (here) {
    here.asked = questions.length;
    here.right = here.right.filter((id) => questions.some((each) => each.dataset.question === id));
    show();
    end.querySelector("button").addEventListener("click", () => {
      here.read = !here.read;
      kept.set("lessons", JSON.stringify(lessons));
      show();
    });
    kept.set("last", end.dataset.lessonEnd);
  }
  for (const question of questions) {
    const fold = question.querySelector("details");
    const options = all("ul > li", question).filter((item) => !fold.contains(item));
    const right = options[question.dataset.answer - 1];
    options[0].parentNode.classList.add("options");
    const buttons = options.map((item) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...item.childNodes);
      item.append(button);
      button.addEventListener("click", () => {
        for (const each of buttons) each.removeAttribute("aria-pressed");
        button.setAttribute("aria-pressed", "true");
        const good = item === right;
        for (const each of options) each.classList.remove("right", "wrong");
        item.classList.add(good ? "right" : "wrong");
        right.classList.add("right");
        fold.open = true;
        one(".heard").textContent = good ? say.right : say.wrong;
        here.right = here.right.filter((id) => id !== question.dataset.question);
        if (good) here.right.push(question.dataset.question);
        kept.set("lessons", JSON.stringify(lessons));
        show();
      });
      return button;
    });
  }
  // The start page shows what has been read, and leads on from there.
  for (const card of all("[data-read]")) {
    const { read, right, asked } = record(card.dataset.read);
    const done = card.querySelector(".done");
    const told = [read ? `✓ ${done.dataset.done}` : "", right?.length ? score(done.dataset.score, { right, asked }) : ""];
    done.textContent = told.filter(Boolean).join(" · ");
    done.hidden = !done.textContent;
    card.classList.toggle("read", Boolean(read));
  }
  const goOn = one("[data-go-on]");
  const unread = all("[data-read]").filter((card) => !record(card.dataset.read).read);
  const next = unread.find((card) => card.dataset.read === kept.get("last")) || unread[0];
  if (goOn && next && kept.get("last")) {
    goOn.textContent = goOn.dataset.goOn.replace("{lesson}", next.dataset.title);
    goOn.href = next.querySelector("h3 a").href;
  }

  // What is wider than its place scrolls, also by keyboard; nothing else there takes focus.
  const scrollers = all(".printed, .scroll, .formula, .canvas, .prose pre");
  const watch = () => {
    for (const item of scrollers) {
      if (item.scrollWidth > item.clientWidth + 1) item.tabIndex = 0;
      else item.removeAttribute("tabindex");
    }
  };
  addEventListener("load", watch);
  addEventListener("resize", watch);

  // Code is copied with a button.
  const heard = one(".heard");
  const copy = async (text) => {
    try { return await navigator.clipboard.writeText(text); } catch { /* not allowed: as of old */ }
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  };
  for (const pre of all(".highlight pre")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = say.copy;
    button.addEventListener("click", async () => {
      await copy(pre.textContent.replace(/\n$/, ""));
      button.textContent = heard.textContent = say.copied;
      setTimeout(() => { button.textContent = say.copy; heard.textContent = ""; }, 2000);
    });
    pre.parentNode.append(button);
  }

  // The key / leads to the search, from where nothing is being typed.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const ways = all(".find").filter((each) => each.getClientRects().length);
    const way = ways.find((each) => main.contains(each)) || ways[0];
    if (!way) return;
    event.preventDefault();
    if (way.href) location.assign(way.href);
    else way.querySelector("input").select();
  });
}
