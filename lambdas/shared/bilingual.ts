/** A sentence for people, in both languages. */
export interface Bilingual {
  readonly vi: string
  readonly en: string
}
