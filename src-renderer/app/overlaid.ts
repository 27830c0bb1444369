/** True while a dialog or menu is open: the keys of the screen below it are not meant then. */
export function isOverlaid(): boolean {
  return document.querySelector('[role="dialog"], [role="menu"]') !== null
}
