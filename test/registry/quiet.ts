/** Imported before the log: tests keep to their own words. */
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT'
