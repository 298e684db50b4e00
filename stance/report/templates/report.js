// The frame in which the MLflow UI shows a page follows no #address, but lets a script scroll.
for (const link of document.querySelectorAll("nav a")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const section = document.getElementById(link.getAttribute("href").slice(1));
    section.open = true;
    section.scrollIntoView();
  });
}
// There no other file can be opened from a page either: the file is named instead.
if (!["file:", "http:", "https:"].includes(location.protocol) || window.origin === "null" && location.protocol !== "file:") {
  for (const link of document.querySelectorAll(".browse a")) {
    link.replaceWith("What it got wrong: comments.html, beside this file. ");
  }
  for (const link of document.querySelectorAll("td a")) {
    link.replaceWith(link.textContent);
  }
}
addEventListener("beforeprint", () => document.querySelectorAll("details.section").forEach((one) => (one.open = true)));
