/**
 * The parameters that give the synthetic nation its shape. Populations and shares are round figures from general knowledge
 * (census of 2019, yearbooks and reports of Vietnam Social Security up to 2025); they weight synthetic data and prove nothing.
 */

/** How many households of a hundred have so many members: 3.5 on average. */
export const householdSizes = [
  [1, 10.5],
  [2, 18.5],
  [3, 21.5],
  [4, 26.2],
  [5, 13.2],
  [6, 6.2],
  [7, 2.2],
  [8, 1],
  [9, 0.5],
  [10, 0.2],
] as const

/** The lower bounds of the bands in `headAges`, years; the last band ends at 92. */
export const headAgeBands = [18, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85] as const

/**
 * The age of the head by the size of the household (six and more alike), percent a band. Fitted once so that heads, spouses,
 * parents, children and grandchildren together make the age pyramid of 2024.
 */
export const headAges = [
  [6.7, 4.1, 4.5, 3.5, 3.3, 5, 6.6, 11.5, 11.4, 12, 10.3, 6.3, 4.9, 9.9],
  [3.5, 2.4, 3.1, 2.6, 3.1, 9.6, 21.8, 16.7, 16, 8.6, 5.6, 3.4, 2.4, 1.1],
  [20.4, 3.6, 4.9, 4.6, 4.9, 22.8, 15.9, 8.6, 4.3, 3.4, 3.1, 1.5, 0.9, 1.3],
  [1.4, 17.6, 23.9, 9.2, 21.5, 8.7, 5.7, 3.9, 2.5, 1.9, 2, 0.8, 0.4, 0.5],
  [0.5, 2.2, 12, 27.2, 25.1, 8.1, 6.7, 5.7, 3.9, 3.1, 2.7, 1.5, 0.8, 0.4],
  [0.2, 0.9, 13.6, 42.5, 10.9, 4.4, 5.7, 6.3, 5, 4.2, 3.4, 1.7, 0.7, 0.5],
] as const

export interface ProvinceShape {
  /** Thousands of people. */
  readonly people: number
  /** The lowest ward code in the former province; ward codes still ascend by former province inside a merged one. */
  readonly firstWard: string
  /** The share of communes that are difficult or extremely difficult areas. */
  readonly hardship?: number
  /** The larger ethnic groups beside the Kinh, the largest first. */
  readonly ethnicCodes?: readonly string[]
}

/** By former province: cards, facilities and births are registered there still. */
export const provinceShapes: Readonly<Record<string, ProvinceShape>> = {
  '01': { people: 8800, firstWard: '00004', hardship: 0.01, ethnicCodes: ['06'] },
  '02': { people: 900, firstWard: '00691', hardship: 0.9, ethnicCodes: ['08', '02', '09', '07', '25', '38'] },
  '04': { people: 546, firstWard: '01273', hardship: 0.9, ethnicCodes: ['02', '07', '09', '08', '43'] },
  '06': { people: 326, firstWard: '01840', hardship: 0.81, ethnicCodes: ['02', '09', '07', '08'] },
  '08': { people: 813, firstWard: '02212', hardship: 0.44, ethnicCodes: ['02', '09', '15', '08', '07'] },
  '10': { people: 781, firstWard: '02647', hardship: 0.69, ethnicCodes: ['08', '02', '09', '25', '40', '35', '49'] },
  '11': { people: 653, firstWard: '03127', hardship: 0.9, ethnicCodes: ['03', '08', '29', '37', '33', '34'] },
  '12': { people: 489, firstWard: '03388', hardship: 0.9, ethnicCodes: ['03', '08', '09', '35', '41', '42', '45'] },
  '14': { people: 1327, firstWard: '03646', hardship: 0.81, ethnicCodes: ['03', '08', '06', '34', '29', '39'] },
  '15': { people: 862, firstWard: '04252', hardship: 0.5, ethnicCodes: ['02', '08', '09', '03', '06'] },
  '17': { people: 885, firstWard: '04792', hardship: 0.5, ethnicCodes: ['06', '03', '09', '02'] },
  '19': { people: 1350, firstWard: '05443', hardship: 0.18, ethnicCodes: ['02', '07', '18', '15', '09'] },
  '20': { people: 807, firstWard: '05977', hardship: 0.62, ethnicCodes: ['07', '02', '09', '04'] },
  '22': { people: 1392, firstWard: '06652', hardship: 0.06, ethnicCodes: ['09', '02', '15', '18'] },
  '24': { people: 1920, firstWard: '07210', hardship: 0.1, ethnicCodes: ['07', '02', '18', '15'] },
  '25': { people: 1530, firstWard: '07894', hardship: 0.15, ethnicCodes: ['06', '09'] },
  '26': { people: 1211, firstWard: '08707', hardship: 0.03, ethnicCodes: ['18'] },
  '27': { people: 1518, firstWard: '09169' },
  '30': { people: 1966, firstWard: '10507' },
  '31': { people: 2105, firstWard: '11311' },
  '33': { people: 1302, firstWard: '11953' },
  '34': { people: 1889, firstWard: '12452' },
  '35': { people: 890, firstWard: '13285' },
  '36': { people: 1888, firstWard: '13669' },
  '37': { people: 1017, firstWard: '14329', hardship: 0.04, ethnicCodes: ['06'] },
  '38': { people: 3760, firstWard: '14758', hardship: 0.2, ethnicCodes: ['06', '03', '08', '24'] },
  '40': { people: 3470, firstWard: '16681', hardship: 0.22, ethnicCodes: ['03', '24', '29', '08', '53'] },
  '42': { people: 1330, firstWard: '18073', hardship: 0.03, ethnicCodes: ['44'] },
  '44': { people: 924, firstWard: '18859', hardship: 0.12, ethnicCodes: ['23', '44'] },
  '45': { people: 659, firstWard: '19333', hardship: 0.25, ethnicCodes: ['23', '31'] },
  '46': { people: 1178, firstWard: '19753', hardship: 0.1, ethnicCodes: ['31', '26'] },
  '48': { people: 1268, firstWard: '20194', ethnicCodes: ['26'] },
  '49': { people: 1532, firstWard: '20335', hardship: 0.25, ethnicCodes: ['26', '14', '27', '55'] },
  '51': { people: 1254, firstWard: '21025', hardship: 0.25, ethnicCodes: ['19', '30', '55'] },
  '52': { people: 1513, firstWard: '21553', hardship: 0.07, ethnicCodes: ['13', '19', '17'] },
  '54': { people: 880, firstWard: '22015', hardship: 0.12, ethnicCodes: ['12', '17', '13'] },
  '56': { people: 1268, firstWard: '22333', hardship: 0.1, ethnicCodes: ['21', '12'] },
  '58': { people: 603, firstWard: '22738', hardship: 0.25, ethnicCodes: ['17', '21'] },
  '60': { people: 1264, firstWard: '22918', hardship: 0.07, ethnicCodes: ['17', '21', '16', '32'] },
  '62': { people: 603, firstWard: '23284', hardship: 0.69, ethnicCodes: ['14', '13', '10', '27', '52', '54'] },
  '64': { people: 1623, firstWard: '23563', hardship: 0.56, ethnicCodes: ['10', '13'] },
  '66': { people: 1940, firstWard: '24121', hardship: 0.38, ethnicCodes: ['12', '07', '02', '20'] },
  '67': { people: 685, firstWard: '24611', hardship: 0.38, ethnicCodes: ['20', '07', '08', '28'] },
  '68': { people: 1350, firstWard: '24778', hardship: 0.22, ethnicCodes: ['16', '28', '36'] },
  '70': { people: 1056, firstWard: '25195', hardship: 0.15, ethnicCodes: ['22', '07', '02', '05'] },
  '72': { people: 1199, firstWard: '25459', hardship: 0.03, ethnicCodes: ['05', '17'] },
  '74': { people: 2850, firstWard: '25747', ethnicCodes: ['04', '05'] },
  '75': { people: 3360, firstWard: '25993', hardship: 0.01, ethnicCodes: ['04', '32', '28'] },
  '77': { people: 1196, firstWard: '26506', hardship: 0.03, ethnicCodes: ['32', '04'] },
  '79': { people: 9850, firstWard: '26737', ethnicCodes: ['04', '05', '17'] },
  '80': { people: 1750, firstWard: '27694', hardship: 0.03, ethnicCodes: ['05'] },
  '82': { people: 1796, firstWard: '28249', hardship: 0.01, ethnicCodes: ['04'] },
  '83': { people: 1303, firstWard: '28756', hardship: 0.04 },
  '84': { people: 1024, firstWard: '29242', hardship: 0.25, ethnicCodes: ['05', '04'] },
  '86': { people: 1033, firstWard: '29551', hardship: 0.03, ethnicCodes: ['05'] },
  '87': { people: 1603, firstWard: '29869', hardship: 0.01 },
  '89': { people: 1910, firstWard: '30292', hardship: 0.07, ethnicCodes: ['05', '17', '04'] },
  '91': { people: 1760, firstWard: '30742', hardship: 0.1, ethnicCodes: ['05', '04'] },
  '92': { people: 1263, firstWard: '31120', ethnicCodes: ['05', '04'] },
  '93': { people: 731, firstWard: '31321', hardship: 0.04, ethnicCodes: ['05'] },
  '94': { people: 1201, firstWard: '31507', hardship: 0.25, ethnicCodes: ['05', '04'] },
  '95': { people: 930, firstWard: '31825', hardship: 0.07, ethnicCodes: ['05', '04'] },
  '96': { people: 1212, firstWard: '32002', hardship: 0.07, ethnicCodes: ['05'] },
}

/** The kinds of place that matter to livelihood. */
export type Setting = 'hardship' | 'urban' | 'rural'

/** Chances that a household is poor or near-poor by the decree's line, or a farming household of average income. */
export const incomeChances: Readonly<Record<Setting, { poor: number; nearPoor: number; averageFarming: number }>> = {
  hardship: { poor: 0.175, nearPoor: 0.08, averageFarming: 0.02 },
  urban: { poor: 0.043, nearPoor: 0.066, averageFarming: 0 },
  rural: { poor: 0.076, nearPoor: 0.098, averageFarming: 0.012 },
}

/** The share of households with somebody in the armed forces. */
export const servingShare = 0.05

/** Chances of being insured through work, for adults of working age, and through a pension, for older ones. */
export const workChances: Readonly<Record<Setting | 'poor', number>> = {
  hardship: 0.13,
  urban: 0.495,
  rural: 0.36,
  poor: 0.04,
}
export const pensionChances: Readonly<Record<Setting | 'poor', number>> = {
  hardship: 0.08,
  urban: 0.26,
  rural: 0.15,
  poor: 0.01,
}

/** Each value holds from its age, in full years, to the next one's; before the first it is 0. */
export type ByAge = readonly (readonly [fromAge: number, value: number])[]

/** Factors to the chances above. */
export const workByAge: ByAge = [
  [18, 0.45],
  [22, 1.15],
  [45, 0.75],
  [55, 0.45],
  [60, 0],
]
export const pensionByAge: ByAge = [[57, 1]]
/** Chances of being of merit or a relative of such a person, on social protection, and on social pension. */
export const meritChances: ByAge = [
  [0, 0.002],
  [50, 0.033],
  [65, 0.16],
]
export const protectionChances: ByAge = [
  [0, 0.012],
  [18, 0.04],
  [80, 0.6],
]
export const socialPensionChances: ByAge = [[75, 0.92]]

/** Chances of being at school, and at a university or college. */
export const schoolChances: ByAge = [
  [0, 0.985],
  [18, 0],
]
export const collegeChances: ByAge = [
  [18, 0.47],
  [23, 0],
]

/** The chance that those relatives of the serving who have no ground of their own are insured as relatives. */
export const relativeChance = 0.42

/** The share of households in which those who must pay for themselves do so together, and the chances of doing so. */
export const payingShare = 0.66
export const payingChances = { together: 0.935, alone: 0.24, aloneFrom60: 0.55 } as const

/** The share of each group that holds no card although it could; of all others, one in a hundred. */
export const cardlessShares: Readonly<Record<string, number>> = { TE: 0.03, HS: 0.045, SV: 0.05, DN: 0, HC: 0 }

/** What became of the cards of a thousand people who were ever insured and are alive. */
export const coverShares = {
  'in-force': 944,
  'renewed-ahead': 40,
  reissued: 3,
  'moved-within-province': 2,
  duplicate: 2,
  lapsed: 6,
  decreased: 3,
} as const

/** The share of people past their first year who have a national id; then the shares of people whose identity is verified. */
export const nationalIdShare = 0.987
export const verifiedShares = { participants: 0.962, armedForces: 0.4, others: 0.82 } as const

/** The object codes of each ground, by weight. */
export const workCodes = [
  ['DN', 77],
  ['HC', 18.5],
  ['CH', 1],
  ['TK', 0.9],
  ['XK', 0.6],
  ['KT', 0.6],
  ['HX', 0.5],
  ['NN', 0.4],
  ['TN', 0.4],
  ['TV', 0.05],
  ['HD', 0.05],
] as const

/** Of adults of working age who are not insured through work, how many contribute to social insurance by their own choice. */
export const voluntaryShare = 0.05

export const pensionCodes = [
  ['HT', 94],
  ['TB', 1.5],
  ['XB', 1.2],
  ['XN', 1],
  ['MS', 1],
  ['CS', 0.8],
  ['NO', 0.5],
] as const

export const meritCodes = [
  ['CB', 34],
  ['KC', 22],
  ['CK', 16],
  ['TS', 14],
  ['CC', 6],
  ['TC', 6],
  ['PV', 1],
  ['HG', 1],
] as const

export const servingCodes = [
  ['QN', 62],
  ['CA', 35],
  ['CY', 3],
] as const

export const relativeCodes = { QN: 'TQ', CA: 'TA', CY: 'TY' } as const
