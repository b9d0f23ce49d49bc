/** By recipient: the ARN of the role with which it takes its notices and reads what it was given; who is not named has no access. */
export type RecipientRoles = Readonly<Record<string, string>>
