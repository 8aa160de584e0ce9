package workload

import batchv1 "k8s.io/api/batch/v1"

// JobFinished reports whether a Job creates no Pods any more, since it has ended, or is about to.
func JobFinished(j *batchv1.Job) bool { return finished(j) }
