// The frame in which the MLflow UI shows a page follows no #address, but lets a script scroll.
for (const link of document.querySelectorAll("nav a")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const section = document.getElementById(link.getAttribute("href").slice(1));
    section.open = true;
    section.scrollIntoView();
  });
}
addEventListener("beforeprint", () => document.querySelectorAll("details.section").forEach((one) => (one.open = true)));
