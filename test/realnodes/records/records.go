// Package records is a log whose records are chained: each has a number and a sum over itself and the record before it. Whatever is lost,
// doubled, torn or written by two at once breaks the chain.
package records

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Record is a line of a log: NUMBER TIME NODE WRITER SUM.
type Record struct {
	// Number counts from 1.
	Number int
	// Time is when it was written, in seconds.
	Time int64
	// Node is where, and Writer by which start of the program.
	Node, Writer string
	// Sum is over the other fields and the sum of the record before.
	Sum string
}

// Next is the record that a writer on a node appends to a log that ends with r. The zero Record is the end of an empty log.
func (r Record) Next(node, writer string, now int64) Record {
	next := Record{Number: r.Number + 1, Time: now, Node: node, Writer: writer}
	next.Sum = next.sum(r.Sum)
	return next
}

func (r Record) sum(before string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %s %s %s", r.Number, r.Time, r.Node, r.Writer, before))
	return hex.EncodeToString(sum[:])
}

// String is the line of the record, without its end.
func (r Record) String() string {
	return fmt.Sprintf("%d %d %s %s %s", r.Number, r.Time, r.Node, r.Writer, r.Sum)
}

// Parse reads a log. The error says where the chain is broken; what is before that is returned.
func Parse(log string) ([]Record, error) {
	var all []Record
	var last Record
	for line := range strings.Lines(log) {
		r, err := parse(line)
		if err == nil {
			err = r.follows(last)
		}
		if err != nil {
			return all, fmt.Errorf("line %d: %w", len(all)+1, err)
		}
		all, last = append(all, r), r
	}
	return all, nil
}

func parse(line string) (Record, error) {
	text, whole := strings.CutSuffix(line, "\n")
	fields := strings.Fields(text)
	if !whole || len(fields) != 5 {
		return Record{}, fmt.Errorf("%q is torn", line)
	}
	number, err := strconv.Atoi(fields[0])
	if err != nil {
		return Record{}, fmt.Errorf("%q has no number", line)
	}
	at, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return Record{}, fmt.Errorf("%q has no time", line)
	}
	return Record{Number: number, Time: at, Node: fields[2], Writer: fields[3], Sum: fields[4]}, nil
}

func (r Record) follows(last Record) error {
	if r.Number != last.Number+1 {
		return fmt.Errorf("record %d follows %d", r.Number, last.Number)
	}
	if r.Sum != r.sum(last.Sum) {
		return fmt.Errorf("record %d does not continue what is before it", r.Number)
	}
	return nil
}

// Writers are those who have written a log, in the order in which they began.
func Writers(log []Record) []string {
	var all []string
	for _, r := range log {
		if !slices.Contains(all, r.Writer) {
			all = append(all, r.Writer)
		}
	}
	return all
}
