const { labels, columns, rows } = JSON.parse(document.getElementById("data").textContent);
const at = Object.fromEntries(columns.map((name, number) => [name, number]));
const form = document.getElementById("filter");
const STEP = 100;
const FOLDED = 280; // characters of a text that are shown before a click
// with one target, its column says nothing
const visible = columns.filter((name) => name !== "target" || new Set(rows.map((row) => row[at.target])).size > 1);
let sorted = null;
let shown = STEP;

function options(name, values) {
  form.elements[name].replaceChildren(new Option("any", ""), ...values.map((value) => new Option(value, value)));
}

function chosen() {
  const asked = Object.fromEntries(new FormData(form));
  const contains = asked.contains.toLowerCase();
  return rows.filter((row) => {
    const wrong = row[at.label] !== row[at.predicted];
    return (
      (!asked.kind || wrong === (asked.kind === "wrong")) &&
      ["label", "predicted", "target"].every((name) => !asked[name] || row[at[name]] === asked[name]) &&
      (!asked.least || row[at.words] >= Number(asked.least)) &&
      (!asked.most || row[at.words] <= Number(asked.most)) &&
      (!asked.sure || row[at.confidence] >= Number(asked.sure)) &&
      (!contains || row.some((cell) => String(cell ?? "").toLowerCase().includes(contains)))
    );
  });
}

function cell(row, name) {
  const made = document.createElement("td");
  const value = row[at[name]];
  made.dataset.column = name;
  const text = value === null ? "–" : String(value);
  if (text.length > FOLDED) {
    const rest = document.createElement("details");
    const head = document.createElement("summary");
    head.textContent = text.slice(0, FOLDED) + " …";
    const whole = document.createElement("p");
    whole.textContent = text;
    rest.append(head, whole);
    made.append(rest);
  } else {
    made.textContent = text;
  }
  if (typeof value === "number") made.classList.add("number");
  if (name === "predicted" && value !== row[at.label]) made.classList.add("wrong");
  return made;
}

function show() {
  let found = chosen();
  if (sorted) {
    const [name, sign] = sorted;
    const rank = (row) => row[at[name]];
    found = found.toSorted((one, other) => sign * (rank(one) > rank(other) ? 1 : rank(one) < rank(other) ? -1 : 0));
  }
  const wrong = found.filter((row) => row[at.label] !== row[at.predicted]).length;
  document.getElementById("count").textContent =
    `${found.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")} comments, ${wrong.toLocaleString("en")} of them predicted wrongly`;
  const body = found.slice(0, shown).map((row) => {
    const line = document.createElement("tr");
    line.append(...visible.map((name) => cell(row, name)));
    return line;
  });
  document.querySelector("tbody").replaceChildren(...body);
  document.getElementById("more").hidden = found.length <= shown;
}

options("label", labels);
options("predicted", labels);
options("target", [...new Set(rows.map((row) => row[at.target]))].sort());
const head = document.createElement("tr");
for (const name of visible) {
  const title = document.createElement("th");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name;
  button.addEventListener("click", () => {
    sorted = [name, sorted?.[0] === name ? -sorted[1] : 1];
    for (const other of head.children) other.removeAttribute("aria-sort");
    title.setAttribute("aria-sort", sorted[1] === 1 ? "ascending" : "descending");
    show();
  });
  title.append(button);
  head.append(title);
}
document.querySelector("thead").append(head);
form.addEventListener("input", () => { shown = STEP; show(); });
form.addEventListener("reset", () => setTimeout(() => { form.elements.kind.value = ""; shown = STEP; show(); }));
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("more").addEventListener("click", () => { shown += STEP; show(); });
show();
