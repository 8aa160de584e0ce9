// Package draintest has what tests of changes stand on: objects that are made by what matters of them, and a World, a fake API
// server in which they are changed. A World refuses what the real server would refuse, and does at once what controllers, the
// scheduler and kubelets would.
package draintest
