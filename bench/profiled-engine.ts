import { readFile, rm } from 'node:fs/promises'
import type { Engine } from '../lambdas/handover/engine/duckdb-engine.ts'

/** Seconds that DuckDB spent in each kind of work, by its own profile; on one thread they are CPU seconds. */
export type Stages = Map<Stage, number>
export type Stage = 'parse' | 'guard' | 'read parts' | 'sort' | 'encode' | 'count and decide' | 'plan and finish'

/** The engine with a profile of every statement, added up. */
export async function profiledEngine(engine: Engine, profile: string, stages: Stages): Promise<Engine> {
  await engine.run("PRAGMA enable_profiling = 'json'")
  await engine.run(`SET profiling_output = '${profile}'`)
  const profiled = async <Answer>(statement: () => Promise<Answer>): Promise<Answer> => {
    const before = process.cpuUsage()
    const answer = await statement()
    const { user, system } = process.cpuUsage(before)
    // A statement that only changes a setting leaves none
    const text = await readFile(profile, 'utf8').catch(() => undefined)
    if (text) addStatement(JSON.parse(text) as Statement, (user + system) / 1e6, stages, text.includes('READ_JSON'))
    await rm(profile, { force: true })
    return answer
  }
  return {
    run: sql => profiled(() => engine.run(sql)),
    rows: <Row>(sql: string) => profiled(() => engine.rows<Row>(sql)),
    batches: sql => engine.batches(sql),
    close: () => engine.close(),
  }
}

interface Statement extends Operator {
  readonly cpu_time: number
}

/** What the operators do not account for is planning before them, and what is still written after the last row. */
function addStatement(statement: Statement, cpuSeconds: number, stages: Stages, parsing: boolean) {
  const between = Math.max(0, cpuSeconds - statement.cpu_time)
  stages.set('plan and finish', (stages.get('plan and finish') ?? 0) + between)
  addOperators(statement, stages, parsing)
}

interface Operator {
  readonly operator_name?: string
  readonly operator_timing?: number
  readonly children?: readonly Operator[]
}

function addOperators(
  { operator_name, operator_timing = 0, children = [] }: Operator,
  stages: Stages,
  parsing: boolean,
) {
  if (operator_name) {
    const stage = stageOf(operator_name.trim(), parsing)
    stages.set(stage, (stages.get(stage) ?? 0) + operator_timing)
  }
  for (const child of children) addOperators(child, stages, parsing)
}

function stageOf(operator: string, parsing: boolean): Stage {
  if (operator.includes('READ_JSON')) return 'parse'
  if (operator.includes('PARQUET')) return 'read parts'
  if (operator.includes('COPY_TO_FILE')) return 'encode'
  if (operator === 'ORDER_BY') return 'sort'
  return parsing && operator === 'PROJECTION' ? 'guard' : 'count and decide'
}
