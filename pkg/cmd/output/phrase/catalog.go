package phrase

import "github.com/kubectl-localpv/kubectl-localpv/pkg/fact"

// catalog is a sentence for each code, as a text/template between { and }: {.volume} is a value of the Fact, {.command} all
// of its commands, {count .n "Pod"} a number with its noun, {list .names} names for a sentence.
type catalog map[fact.Code]string
