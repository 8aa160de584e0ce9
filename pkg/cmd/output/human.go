package output

import (
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/duration"
)

// Age is the time since then, as kubectl shows it. A time that was never set is "<unknown>".
func Age(now, then time.Time) string {
	if then.IsZero() {
		return "<unknown>"
	}
	return duration.HumanDuration(max(0, now.Sub(then))) // a clock that is behind makes nothing <invalid>
}

// Size is a sum of capacities, short: its canonical form if that is short, else rounded to one decimal in the
// largest unit that fits. Capacities of single volumes are always shown in full.
func Size(q resource.Quantity) string {
	if s := q.String(); len(s) <= len("1023Gi") {
		return s
	}
	value, units := float64(q.Value()), []string{"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"}
	step := 1024.0
	if q.Format != resource.BinarySI {
		step, units = 1000, []string{"", "k", "M", "G", "T", "P", "E"}
	}
	i := 0
	for value >= step && i < len(units)-1 {
		value /= step
		i++
	}
	return strings.TrimSuffix(strconv.FormatFloat(value, 'f', 1, 64), ".0") + units[i]
}
