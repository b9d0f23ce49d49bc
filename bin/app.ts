import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { addPlatform } from '../lib/environment.ts'

const app = new App()
addPlatform(app)
Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
app.synth()
