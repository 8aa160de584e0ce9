//go:build race

package match_test

// caseDivisor thins out generated cases under the race detector, which makes each about ten times dearer.
const caseDivisor = 10
