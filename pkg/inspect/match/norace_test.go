//go:build !race

package match_test

// caseDivisor is 1: all generated cases are run.
const caseDivisor = 1
