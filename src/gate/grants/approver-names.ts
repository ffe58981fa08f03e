/** Approvers' names as small integers: the table of grants holds the numbers, and each name is kept here once. */

export interface Names {
  numberOf(name: string): number;
  nameOf(number: number): string;
}

export function names(): Names {
  const byNumber: string[] = [];
  const byName = new Map<string, number>();
  return {
    numberOf(name) {
      const known = byName.get(name);
      if (known !== undefined) return known;
      byName.set(name, byNumber.push(name) - 1);
      return byNumber.length - 1;
    },
    nameOf: (number) => byNumber[number] ?? '',
  };
}
