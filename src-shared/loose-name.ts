/** Letters, marks and digits only, lower case, compatibility-composed: `T-shirt/top` is `t_shirt_top`. */
export function looseName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '')
}
