package cli

import (
	"strings"
	"testing"
)

func TestConnectionHidesPasswords(t *testing.T) {
	if got := withoutPassword("https://jane:hunter2@cluster.test"); strings.Contains(got, "hunter2") {
		t.Error(got)
	}
}
