package main

import (
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strings"
)

// bom is a software bill of materials in CycloneDX's JSON, https://cyclonedx.org/docs/1.6/json/. It has neither a time nor a
// serial number: the same release is described by the same bytes.
type bom struct {
	Schema       string       `json:"$schema"`
	Format       string       `json:"bomFormat"`
	SpecVersion  string       `json:"specVersion"`
	Version      int          `json:"version"`
	Metadata     bomMetadata  `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type bomMetadata struct {
	Component component `json:"component"`
}

type component struct {
	Type     string      `json:"type"`
	Ref      string      `json:"bom-ref"`
	Name     string      `json:"name"`
	Version  string      `json:"version"`
	Hashes   []bomHash   `json:"hashes,omitempty"`
	Licenses []license   `json:"licenses,omitempty"`
	PURL     string      `json:"purl"`
	External []reference `json:"externalReferences,omitempty"`
}

type bomHash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type license struct {
	License struct {
		ID string `json:"id"`
	} `json:"license"`
}

type reference struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn,omitempty"`
}

// describe returns the SBOM of an archive: what Go's linker recorded in the binary, which is what is really in it.
func describe(binary string, p platform, version, sum string) ([]byte, error) {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return nil, fmt.Errorf("read what the binary is made of: %w", err)
	}
	return writeBOM(info, p, version, sum)
}

func writeBOM(info *debug.BuildInfo, p platform, version, sum string) ([]byte, error) {
	purl := fmt.Sprintf("pkg:golang/%s@%s?goos=%s&goarch=%s", info.Main.Path, version, p.os, p.arch)
	ours := license{}
	ours.License.ID = "Apache-2.0"
	main := component{
		Type: "application", Ref: purl, Name: info.Main.Path, Version: version, PURL: purl,
		Hashes: []bomHash{{"SHA-256", sum}}, Licenses: []license{ours},
		External: []reference{{"vcs", "https://" + info.Main.Path}},
	}
	root := dependency{Ref: purl}
	components := []component{library("std", strings.TrimPrefix(info.GoVersion, "go"))}
	for _, dep := range info.Deps { // sorted by the linker
		if dep.Replace != nil {
			dep = dep.Replace
		}
		components = append(components, library(dep.Path, dep.Version))
	}
	for _, c := range components {
		root.DependsOn = append(root.DependsOn, c.Ref)
	}
	out, err := json.MarshalIndent(bom{
		Schema: "http://cyclonedx.org/schema/bom-1.6.schema.json", Format: "CycloneDX", SpecVersion: "1.6", Version: 1,
		Metadata: bomMetadata{main}, Components: components, Dependencies: []dependency{root},
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the SBOM: %w", err)
	}
	return append(out, '\n'), nil
}

func library(path, version string) component {
	purl := fmt.Sprintf("pkg:golang/%s@%s", path, version)
	return component{Type: "library", Ref: purl, Name: path, Version: version, PURL: purl}
}
