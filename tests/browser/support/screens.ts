// Every screen of a technician at its address, as the demo fills it.
import { of, type Job, type Scoped, type Submission, type Task } from './office';
import type { World } from './world';

export interface Screen {
  name: string;
  path: string;
}

/** The screens, each once. What the demo has no record for is missing, and the test that counts them fails. */
export async function screens(world: World, email = 'anna@nordhaus.example'): Promise<Screen[]> {
  const all = await (await world.client(email)).scope();
  const jobs = of<Job>(all, 'job');
  const tasks = of<Task>(all, 'task');
  const weight = (job: Job) =>
    (job.checklist?.length ?? 0) + (job.parts?.length ?? 0) + tasks.filter((task) => task.job === job.id).length;
  const fullest = (some: Job[]) => [...some].sort((one, other) => weight(other) - weight(one))[0];
  const open = fullest(jobs.filter((job) => job.status === 'scheduled'));
  const done = fullest(jobs.filter((job) => job.status === 'finished'));
  const asked = jobs.find((job) => job.acceptance === 'asked');
  const formTask = tasks.find((task) => task.job === open.id && task.template !== undefined) ?? tasks.find((task) => task.template !== undefined);
  const submitted = of<Submission>(all, 'submission')[0];
  const one = (module: string, folder: string): Screen[] => {
    const found = richest(all, module);
    return found === undefined ? [] : [{ name: `A ${module}`, path: `/${folder}/${found.id}` }];
  };
  const tabs = ['overview', 'checklist', 'tasks', 'material', 'notes', 'history'];
  return [
    { name: 'Today', path: '/today' },
    { name: 'Jobs', path: '/jobs' },
    { name: 'Jobs, found', path: '/jobs?q=boi' },
    { name: 'Jobs, nothing found', path: '/jobs?q=zzzz' },
    ...tabs.map((tab) => ({ name: `Job, ${tab}`, path: `/jobs/${open.id}?tab=${tab}` })),
    ...(done === undefined ? [] : tabs.map((tab) => ({ name: `Finished job, ${tab}`, path: `/jobs/${done.id}?tab=${tab}` }))),
    ...(asked === undefined ? [] : [{ name: 'Job to be accepted', path: `/jobs/${asked.id}` }]),
    ...(done === undefined ? [] : [{ name: 'Service report', path: `/jobs/${done.id}/report` }]),
    { name: 'Edit job', path: `/jobs/${open.id}/edit` },
    { name: 'New job', path: '/jobs/new' },
    ...(formTask === undefined ? [] : [{ name: 'Service task', path: `/jobs/${formTask.job}/tasks/${formTask.id}` }]),
    ...(submitted === undefined ? [] : [{ name: 'Submitted form', path: `/jobs/${submitted.job}/forms/${submitted.id}` }]),
    ...one('customer', 'customers'),
    ...one('organization', 'organizations'),
    ...one('property', 'properties'),
    ...one('asset', 'assets'),
    ...one('contract', 'contracts'),
    ...one('part', 'parts'),
    ...one('route', 'routes'),
    { name: 'Shared photo', path: '/share' },
    { name: 'Ready for the cellar', path: '/ready' },
    { name: 'Sync', path: '/sync' },
    { name: 'Log', path: '/sync?tab=log' },
    { name: 'Received by the office', path: '/received' },
    { name: 'Rescue file', path: '/rescue' },
    { name: 'Settings', path: '/settings' },
    { name: 'Page not found', path: '/nowhere' },
  ];
}

/** The record of a module with the most in it. */
function richest(all: Scoped[], module: string): Scoped | undefined {
  return of<Scoped>(all, module).sort((one, other) => JSON.stringify(other).length - JSON.stringify(one).length)[0];
}
