/** True while a dialog or menu is open: the keys of the screen below it are not meant then. */
export function isOverlaid(): boolean {
  return document.querySelector('[role="dialog"], [role="menu"]') !== null
}

let overlaidAtKey = false
// Before all others hear of the key: Escape may have taken the dialog away by the time that the screen does.
window.addEventListener('keydown', () => (overlaidAtKey = isOverlaid()), { capture: true })

/** Whether a dialog or menu was open when the key that is being answered went down. */
export const wasOverlaid = (): boolean => overlaidAtKey
