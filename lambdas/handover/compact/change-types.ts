/** What became of a row between two snapshots, by the names of Delta Lake's change feed. */
export const changeTypes = ['insert', 'update_postimage', 'delete'] as const
export type ChangeType = (typeof changeTypes)[number]

export const changeColumn = '_change_type'
