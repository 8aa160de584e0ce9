package main

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// platform is what one archive is for.
type platform struct {
	os, arch string
	archive  string // file name
	binary   string // the program's name in the archive
}

// manifest is a krew manifest, https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest/, as far as a release needs it.
type manifest struct {
	text      []byte
	plugin    string
	version   string
	platforms []platform
}

// parseManifest reads the plugin's name and version and its platforms. A platform has to be selected by os and arch alone,
// because an archive is for one of each.
func parseManifest(text []byte) (*manifest, error) {
	var parsed struct {
		Metadata struct{ Name string }
		Spec     struct {
			Version   string
			Platforms []struct {
				URI, Bin string
				Selector struct{ MatchLabels map[string]string }
			}
		}
	}
	if err := yaml.Unmarshal(text, &parsed); err != nil {
		return nil, fmt.Errorf("not a krew manifest: %w", err)
	}
	m := &manifest{text: text, plugin: parsed.Metadata.Name, version: parsed.Spec.Version}
	if m.plugin == "" || m.version == "" || len(parsed.Spec.Platforms) == 0 {
		return nil, errors.New("not a krew manifest: it needs metadata.name, spec.version and spec.platforms")
	}
	for i, p := range parsed.Spec.Platforms {
		labels := p.Selector.MatchLabels
		switch {
		case labels["os"] == "" || labels["arch"] == "":
			return nil, fmt.Errorf("spec.platforms[%d] needs a selector with the matchLabels os and arch", i)
		case !strings.HasSuffix(p.URI, archiveSuffix):
			return nil, fmt.Errorf("spec.platforms[%d].uri %q does not end in %s", i, p.URI, archiveSuffix)
		case !strings.Contains(path.Base(p.URI), m.version):
			return nil, fmt.Errorf("spec.platforms[%d].uri %q does not name the version %s", i, p.URI, m.version)
		case p.Bin == "":
			return nil, fmt.Errorf("spec.platforms[%d] needs a bin", i)
		}
		m.platforms = append(m.platforms, platform{
			os: labels["os"], arch: labels["arch"], archive: path.Base(p.URI), binary: p.Bin,
		})
	}
	return m, nil
}

// renamed is the manifest with the platforms' archives as they are called in another version.
func (m *manifest) renamed(version string) *manifest {
	other := *m
	other.platforms = slices.Clone(m.platforms)
	for i := range other.platforms {
		other.platforms[i].archive = strings.ReplaceAll(m.platforms[i].archive, m.version, version)
	}
	return &other
}

var (
	versionLine = regexp.MustCompile(`^(\s+version: )\S+$`)
	uriLine     = regexp.MustCompile(`^\s+(?:- )?uri: (\S+)$`)
	sumLine     = regexp.MustCompile(`^(\s+(?:- )?sha256: )\S+$`)
	goLine      = regexp.MustCompile(`^# (?:Built with go\S+|Nothing is released yet: .+)\.$`)
)

// stamp fills in the version, the archives' addresses and checksums, and the Go that built them. It goes line by line, so
// that everything else, comments included, stays as it was written; each sha256 follows its uri.
func (m *manifest) stamp(version, goVersion string, sums map[string]string) ([]byte, error) {
	lines := strings.Split(string(m.text), "\n")
	var archive string
	stamped, built := 0, false
	for i, line := range lines {
		if match := uriLine.FindStringSubmatch(line); match != nil {
			lines[i] = strings.ReplaceAll(line, m.version, version)
			archive = path.Base(strings.ReplaceAll(match[1], m.version, version))
			continue
		}
		if match := sumLine.FindStringSubmatch(line); match != nil {
			sum, ok := sums[archive]
			if !ok {
				return nil, fmt.Errorf("line %d: there is no checksum for %q: write each sha256 below its uri", i+1, archive)
			}
			lines[i] = match[1] + `"` + sum + `"` // some are numbers to YAML
			archive = ""
			stamped++
			continue
		}
		if goLine.MatchString(line) {
			lines[i] = "# Built with " + goVersion + "."
			built = true
			continue
		}
		lines[i] = versionLine.ReplaceAllString(line, "${1}"+version)
	}
	if !built {
		return nil, errors.New(`there is no comment "# Built with go1.2.3." to stamp: the checksums are those of one Go`)
	}
	if stamped != len(m.platforms) {
		return nil, fmt.Errorf("stamped %d of %d platforms: write uri and sha256 on lines of their own", stamped, len(m.platforms))
	}
	return []byte(strings.Join(lines, "\n")), nil
}
