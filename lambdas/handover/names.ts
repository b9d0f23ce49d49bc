import { z } from 'zod'

/** What a dataset may be called in a manifest or a receipt, one of a later version too. */
export const datasetText = z.string().regex(/^[a-z_]{1,40}$/, { error: 'the name of a dataset' })

/** The same of a column, which stands in SQL as it is. */
export const columnText = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, { error: 'the name of a column' })
