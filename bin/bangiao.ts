#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { runCommandLine } from './command-line.ts'

// Commands are loaded below it: stripped of types and compiled once, they start in half the time
enableCompileCache()
process.exitCode = await runCommandLine(process.argv.slice(2))
