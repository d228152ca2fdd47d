"""What the models of a lesson came to: `show_results`."""

from nlphelpers.plots import model_colour

RESULTS_MIME = "application/vnd.nlp-course.results+json"


def show_results(rows: list[dict]) -> None:
    """Show models in a table and a plot; a row has `model`, `parameters`, `seconds`, `accuracy`.

    Accuracy is from 0 to 1.  Seconds differ from run to run, so only the plot shows them; the
    output carries the rows as data too, which is where `course run` reads them, and with them the
    `curve` of a row, its training accuracy after each epoch (lesson 03).
    """
    import matplotlib.pyplot as plt
    from IPython import get_ipython
    from IPython.display import display

    names = [row["model"] for row in rows]
    width = max(map(len, ["model", *names]))
    table = f"{'model':<{width}}  parameters  test accuracy"
    for row in rows:
        table += f"\n{row['model']:<{width}}  {row['parameters']:>10,}  {row['accuracy']:>13.3f}"
    if get_ipython() is None:
        return print(table)
    display({"text/plain": table, RESULTS_MIME: {"rows": rows}}, raw=True)

    size = (5.4, 0.6 + 0.33 * len(rows))
    _, axes = plt.subplots(1, 2, sharey=True, figsize=size, width_ratios=[3, 2])
    columns = [("accuracy", "test accuracy", "%.3f"), ("seconds", "seconds", "%.1f")]
    colours = [model_colour(name) for name in names]
    for axis, (column, title, fmt) in zip(axes, columns, strict=True):
        bars = axis.barh(names, [row[column] for row in rows], color=colours)
        axis.bar_label(bars, fmt=fmt, padding=3)
        axis.set_title(title)
        axis.margins(x=0.6)  # room for the values
        axis.set_xlim(left=0)
        axis.set_xticks([])
        axis.tick_params(length=0)
        axis.grid(False)
        axis.spines["bottom"].set_visible(False)
    axes[0].invert_yaxis()
    plt.show()
