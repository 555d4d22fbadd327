/** Whether the parameter `name` of a diffusion policy is of its learned η, and not of its network. */
export function isEta(name: string): boolean {
  return name.startsWith('eta.');
}
