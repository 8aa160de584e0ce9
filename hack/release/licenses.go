package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// linked is a package that is linked into the plugin, as `go list -json` describes it.
type linked struct {
	Dir        string
	ImportPath string
	Standard   bool
	Module     *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// notice is a licence or notice file, and who it is from.
type notice struct {
	owner string // module and version
	file  string // path in the module
	text  string
}

// noticeFile are the names under which modules keep what has to go with binaries made of them.
var noticeFile = regexp.MustCompile(`(?i)^(licen[cs]es?|copying|notice|patents)([.-].*)?$`)

// thirdPartyLicenses collects the licences and notices of everything that is linked in for a platform, each text once.
func thirdPartyLicenses(ctx context.Context, p platform) ([]byte, error) {
	packages, err := dependencies(ctx, p)
	if err != nil {
		return nil, err
	}
	notices, err := goNotices(ctx, p)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{} // directories
	found := map[string]bool{}
	for _, pkg := range packages {
		owner := pkg.Module.Path + " " + pkg.Module.Version
		for dir := pkg.Dir; ; dir = filepath.Dir(dir) {
			if !seen[dir] {
				seen[dir] = true
				more, err := noticesIn(dir, pkg.Module.Dir, owner)
				if err != nil {
					return nil, err
				}
				notices = append(notices, more...)
				found[owner] = found[owner] || len(more) > 0
			}
			if dir == pkg.Module.Dir || len(dir) <= len(pkg.Module.Dir) {
				break
			}
		}
	}
	for _, pkg := range packages {
		if owner := pkg.Module.Path + " " + pkg.Module.Version; !found[owner] {
			return nil, fmt.Errorf("%s has no licence file: find out under which terms it may be passed on", owner)
		}
	}
	return writeNotices(notices), nil
}

// dependencies are the packages of other modules that the plugin is linked from.
func dependencies(ctx context.Context, p platform) ([]linked, error) {
	out, err := goOutput(ctx, p, "list", "-deps", "-json=Dir,ImportPath,Standard,Module", plugin)
	if err != nil {
		return nil, fmt.Errorf("list what is linked in: %w", err)
	}
	var all []linked
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var pkg linked
		err := decoder.Decode(&pkg)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read what go list says: %w", err)
		}
		if !pkg.Standard && pkg.Module != nil && !pkg.Module.Main {
			all = append(all, pkg)
		}
	}
}

// goNotices are those of Go's standard library and runtime.
func goNotices(ctx context.Context, p platform) ([]notice, error) {
	out, err := goOutput(ctx, p, "env", "GOROOT", "GOVERSION")
	if err != nil {
		return nil, fmt.Errorf("find Go: %w", err)
	}
	root, version, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return noticesIn(root, root, "Go "+version)
}

func noticesIn(dir, root, owner string) ([]notice, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("look for the licence of %s: %w", owner, err)
	}
	var all []notice
	for _, entry := range entries {
		if !entry.Type().IsRegular() || !noticeFile.MatchString(entry.Name()) || strings.HasSuffix(entry.Name(), ".go") {
			continue
		}
		path := filepath.Join(dir, entry.Name())
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read the licence of %s: %w", owner, err)
		}
		file, err := filepath.Rel(root, path)
		if err != nil {
			return nil, fmt.Errorf("name the licence of %s: %w", owner, err)
		}
		all = append(all, notice{owner, filepath.ToSlash(file), strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n"))})
	}
	return all, nil
}

// writeNotices puts those with the same text together: most modules have one of three or four.
func writeNotices(notices []notice) []byte {
	slices.SortFunc(notices, func(a, b notice) int {
		return cmp.Or(cmp.Compare(a.owner, b.owner), cmp.Compare(a.file, b.file))
	})
	var texts []string
	owners := map[string][]notice{}
	for _, n := range notices {
		if owners[n.text] == nil {
			texts = append(texts, n.text)
		}
		owners[n.text] = append(owners[n.text], n)
	}
	var out bytes.Buffer
	out.WriteString("kubectl-localpv contains the code of others. These are their licences and notices.\n")
	for _, text := range texts {
		fmt.Fprintf(&out, "\n%s\n\n", strings.Repeat("=", 80))
		for _, n := range owners[text] {
			fmt.Fprintf(&out, "%s (%s)\n", n.owner, n.file)
		}
		fmt.Fprintf(&out, "\n%s\n", text)
	}
	return out.Bytes()
}
