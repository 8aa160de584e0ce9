// Package execute carries out a drain.Plan against a cluster, and says what happened in a drain.Result.
//
// A Plan is worked off in stages, a stage by its targets, a target by its steps (stages.go). What kinds of steps there are is in
// one table (actions.go); each kind has a file of its own, named after its action, with a decider: it reads what the step rests on
// and returns a decision. A decider changes nothing. stepRun does, and is always in one of these states:
//
//   - reading: the decider looks at the cluster. It goes on to done, writing, waiting, or, if it could not read, to pausing. A
//     decider that refuses ends the step: failed.
//   - writing: one request, guarded by UIDs, resourceVersions or tests, after the nodes that the step takes for dead have been
//     checked once more. Whatever came of it, the step is then reading: only the cluster says what happened. Between the two the
//     user cannot stop it. A write that the server holds back for a good reason (a disruption budget) leads to holding, one that
//     has failed so that it may succeed later to pausing, any other failure ends the step: failed. One that was applied or refused
//     six times and did not last ends it, too.
//   - waiting: something else has to happen. Watches on what the step is about, or else the clock, lead back to reading.
//   - holding: like waiting, but the write is tried again by the clock alone, since no watch tells when it may be.
//   - pausing: for 0.5s, then twice as long each time, up to 15s, or as long as the server asks for; then reading.
//   - done: the cluster is as the step wants it, whoever made it so.
//   - failed: with the reason, or because the time of the whole Plan is up.
//   - stopped: the user wants it so, and no write is in doubt.
package execute
