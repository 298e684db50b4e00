const { labels, columns, rows } = JSON.parse(document.getElementById("data").textContent);
const at = Object.fromEntries(columns.map((name, number) => [name, number]));
const form = document.getElementById("filter");
const list = document.getElementById("comments");
const more = document.getElementById("more");
const STEP = 100;
const FOLDED = 280; // characters of a text that are shown before a click
const SHADES = ["#d55e00", "#7a8691", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]; // Okabe and Ito 2008
const ORDERS = {
  "as listed: wrong and sure first": null,
  "confidence, lowest first": ["confidence", 1],
  "confidence, highest first": ["confidence", -1],
  "words, fewest first": ["words", 1],
  "words, most first": ["words", -1],
  "author": ["author", 1],
  "id": ["example_id", 1],
};
const isWrong = (row) => row[at.label] !== row[at.predicted];
const targets = [...new Set(rows.map((row) => row[at.target]))].sort();
const authors = new Set(rows.map((row) => row[at.author]));
let shown = STEP;

function element(name, content, style) {
  const made = document.createElement(name);
  if (style) made.className = style;
  made.append(...[content].flat());
  return made;
}

function options(name, values, first) {
  const made = values.map((value) => new Option(value, value));
  form.elements[name].replaceChildren(...(first ? [new Option(first, "")] : []), ...made);
}

function chosen(asked, pair) {
  const contains = asked.search.toLowerCase();
  return rows.filter(
    (row) =>
      (!asked.target || row[at.target] === asked.target) &&
      (!asked.least || row[at.words] >= Number(asked.least)) &&
      (!asked.most || row[at.words] <= Number(asked.most)) &&
      // without probabilities there is no confidence to be above or below
      (!asked.sure || (row[at.confidence] !== null && row[at.confidence] >= Number(asked.sure))) &&
      (!asked.unsure || (row[at.confidence] !== null && row[at.confidence] <= Number(asked.unsure))) &&
      (!contains || row.some((cell) => String(cell ?? "").toLowerCase().includes(contains))) &&
      (!pair ||
        ((!asked.kind || isWrong(row) === (asked.kind === "wrong")) &&
          ["label", "predicted"].every((name) => !asked[name] || row[at[name]] === asked[name]))),
  );
}

function fact(row, name, content) {
  const made = element("span", content ?? String(row[at[name]] ?? "–"));
  made.dataset.column = name;
  return made;
}

function label(value) {
  const made = element("i", value);
  made.style.setProperty("--shade", SHADES[labels.indexOf(value) % SHADES.length]);
  return made;
}

// the text in pieces, with what annotators gave as evidence marked where it stands in it
function marked(text, evidence) {
  const found = evidence
    .map((said) => [text.indexOf(said), said.length])
    .filter(([start]) => start >= 0)
    .sort(([one], [other]) => one - other);
  const pieces = [];
  let end = 0;
  for (const [start, length] of found) {
    if (start + length <= end) continue;
    const from = Math.max(start, end);
    pieces.push(text.slice(end, from), element("mark", text.slice(from, start + length)));
    end = start + length;
  }
  return [...pieces, text.slice(end)];
}

function quoted(row) {
  return (row[at.evidence] ?? "").split(" | ").filter((said) => said);
}

function words(row) {
  const text = row[at.text] ?? "";
  const whole = element("p", marked(text, quoted(row)), "text");
  whole.dataset.column = "text";
  if (text.length <= FOLDED) return whole;
  const start = text.replace(/\s+/g, " ").slice(0, FOLDED).replace(/\s\S*$/, "");
  const head = element("summary", [element("span", `${start} …`, "start"), element("span", "fold", "fold")], "text");
  return element("details", [head, whole]);
}

function card(row) {
  const facts = [fact(row, "label", ["label ", label(row[at.label])]), fact(row, "predicted", ["predicted ", label(row[at.predicted])])];
  facts.forEach((one) => one.classList.add("said"));
  const made = element("li", [], isWrong(row) ? "wrong" : "right");
  const verdict = element("span", [facts[0], ", ", facts[1]], "verdict-of");
  const line = [verdict];
  if (row[at.confidence] !== null) {
    const filled = element("i", []);
    filled.style.width = `${100 * row[at.confidence]}%`;
    const bar = element("span", filled, "bar");
    line.push(fact(row, "confidence", [bar, `${Math.round(100 * row[at.confidence])} % sure`]));
  }
  if (targets.length > 1) line.push(fact(row, "target"));
  line.push(fact(row, "words", `${row[at.words].toLocaleString("en")} words`));
  if (authors.size > 1) line.push(fact(row, "author"));
  line.push(fact(row, "example_id"));
  made.append(element("div", line, "facts"));
  if ("text" in at) made.append(words(row));
  const elsewhere = quoted(row).filter((said) => !row[at.text].includes(said));
  if (elsewhere.length) made.append(element("p", `Evidence: ${elsewhere.join(" | ")}`, "more-of"));
  if (row[at.features]) made.append(element("p", `What decided: ${row[at.features]}`, "more-of"));
  return made;
}

// how many of each label were predicted as each, of what the other filters leave
function showPairs(asked) {
  const counts = Object.fromEntries(labels.map((one) => [one, Object.fromEntries(labels.map((other) => [other, 0]))]));
  for (const row of chosen(asked, false)) counts[row[at.label]][row[at.predicted]] += 1;
  const head = element("tr", ["", ...labels].map((name) => element("th", name)));
  const body = labels.map((one) => {
    const sum = Object.values(counts[one]).reduce((before, count) => before + count, 0);
    const cells = labels.map((other) => {
      const button = element("button", counts[one][other].toLocaleString("en"));
      const share = sum ? counts[one][other] / sum : 0;
      button.type = "button";
      button.style.background = `color-mix(in srgb, var(--blue) ${Math.round(90 * share)}%, #f1f4f7)`;
      button.style.color = share > 0.5 ? "#fff" : "var(--ink)";
      button.title = `${one}, predicted as ${other}: ${counts[one][other]} (${Math.round(100 * share)} % of ${one})`;
      button.setAttribute("aria-pressed", String(asked.label === one && asked.predicted === other));
      button.addEventListener("click", () => {
        const off = asked.label === one && asked.predicted === other;
        form.elements.label.value = off ? "" : one;
        form.elements.predicted.value = off ? "" : other;
        form.elements.kind.value = off ? "wrong" : "";
        form.dispatchEvent(new Event("input"));
      });
      return element("td", button);
    });
    return element("tr", [element("th", one), ...cells]);
  });
  document.getElementById("pairs").replaceChildren(head, ...body);
}

function show() {
  const asked = Object.fromEntries(new FormData(form));
  let found = chosen(asked, true);
  if (ORDERS[asked.order]) {
    const [name, sign] = ORDERS[asked.order];
    const rank = (row) => row[at[name]];
    const known = found.filter((row) => rank(row) !== null);
    // what has no value stands last, whichever way round
    known.sort((one, other) => sign * (rank(one) > rank(other) ? 1 : rank(one) < rank(other) ? -1 : 0));
    found = [...known, ...found.filter((row) => rank(row) === null)];
  }
  const written = (number) => number.toLocaleString("en");
  document.getElementById("count").textContent =
    `${written(found.length)} of ${written(rows.length)} comments, ${written(found.filter(isWrong).length)} of them predicted wrongly`;
  list.replaceChildren(...found.slice(0, shown).map(card));
  more.hidden = found.length <= shown;
  more.textContent = `Show ${written(Math.min(STEP, found.length - shown))} more of ${written(found.length - shown)}`;
  showPairs(asked);
}

options("label", labels, "any");
options("predicted", labels, "any");
options("target", targets, "any");
options("order", Object.keys(ORDERS));
// with one target there is nothing to choose
form.elements.target.parentElement.hidden = targets.length < 2;
form.addEventListener("input", () => { shown = STEP; show(); });
form.addEventListener("reset", () => setTimeout(() => { form.elements.kind.value = ""; shown = STEP; show(); }));
form.addEventListener("submit", (event) => event.preventDefault());
more.addEventListener("click", () => { shown += STEP; show(); });
show();
