/** The button that prints a page. Without this script it stays hidden, and the browser's own way of printing does the same. */
for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    print();
  });
}
