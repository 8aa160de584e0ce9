package output

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
)

func TestSize(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "400Gi": "400Gi", "1424Gi": "1424Gi", "1Ti": "1Ti", "10726932480": "10.7G", "204600Mi": "199.8Gi",
		"1500G": "1500G", "1234567890k": "1.2T", "107374182401": "107.4G", "12345678Ki": "11.8Gi",
	} {
		if got := Size(resource.MustParse(in)); got != want {
			t.Errorf("Size(%s) = %s, want %s", in, got, want)
		}
	}
}

func TestAge(t *testing.T) {
	now := time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		then time.Time
		want string
	}{
		{now.Add(-90 * time.Second), "90s"},
		{now.Add(-5 * time.Minute), "5m"},
		{now.AddDate(0, 0, -12), "12d"},
		{now.AddDate(-9, 0, 0), "9y"},
		{time.Time{}, "<unknown>"},
	} {
		if got := Age(now, tc.then); got != tc.want {
			t.Errorf("Age(%s) = %s, want %s", tc.then, got, tc.want)
		}
	}
}
