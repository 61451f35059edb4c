// The library has no types. This declares the part that is used.
declare module '@lhncbc/ucum-lhc' {
  export const UcumLhcUtils: {
    getInstance(): {
      convertUnitTo(
        from: string,
        value: number,
        to: string,
        options: { molecularWeight?: number },
      ): { status: string; toVal: number | null }
    }
  }
}
