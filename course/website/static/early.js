// Before anything is drawn: the colours that the reader has chosen, and that scripts are on.
document.documentElement.classList.add("js");
try {
  document.body.dataset.theme = localStorage.getItem("course-theme") || "auto";
} catch {
  document.body.dataset.theme = "auto"; // no local storage
}
