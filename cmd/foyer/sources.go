package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// fromFile reads a TOML file; a key that is not a setting is an error.
func (c *Config) fromFile(name string) error {
	if name == "" {
		return nil
	}
	values := map[string]any{}
	if _, err := toml.DecodeFile(name, &values); err != nil {
		return fmt.Errorf("settings file %s: %w", name, err)
	}
	var faults []error
	for _, key := range slices.Sorted(maps.Keys(values)) {
		i := slices.IndexFunc(c.settings(), func(s setting) bool { return s.key == key })
		if i < 0 {
			faults = append(faults, fmt.Errorf("settings file %s: there is no setting %q", name, key))
			continue
		}
		s := c.settings()[i]
		value, err := s.plain(values[key])
		if err == nil {
			err = c.put(s, value, name)
		} else {
			err = fmt.Errorf("settings file %s: %s: %w", name, key, err)
		}
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

// plain writes a TOML value as the text that the environment would hold.
func (s setting) plain(value any) (string, error) {
	_, list := s.at.(*[]string)
	switch v := value.(type) {
	case []any:
		if !list {
			return "", errors.New("this setting has one value, not a list")
		}
		parts := make([]string, len(v))
		for i, part := range v {
			parts[i] = fmt.Sprint(part)
		}
		return strings.Join(parts, ","), nil
	case map[string]any, []map[string]any:
		return "", errors.New("this setting has a value, not a table")
	}
	return fmt.Sprint(value), nil
}

// fromEnv reads FOYER_<KEY>, and for secrets the file named by FOYER_<KEY>_FILE. A FOYER_ variable that is no setting
// is an error: a database that is named with a slip of the pen must not become an empty one.
func (c *Config) fromEnv(environ []string) error {
	var faults []error
	given := map[string]string{}
	for _, pair := range environ {
		if name, value, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "FOYER_") && !linked(name, value) {
			given[name] = value
		}
	}
	delete(given, "FOYER_CONFIG")
	for _, s := range c.settings() {
		name := "FOYER_" + strings.ToUpper(s.key)
		value, plain := given[name]
		file, filed := given[name+"_FILE"]
		delete(given, name)
		if plain {
			faults = append(faults, c.put(s, value, name))
		}
		if !s.secret {
			continue
		}
		delete(given, name+"_FILE")
		if filed {
			faults = append(faults, c.putFile(s, file, name+"_FILE"))
		}
		if plain && filed {
			faults = append(faults, fmt.Errorf("%s and %s_FILE exclude each other", name, name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		faults = append(faults, fmt.Errorf("environment: there is no setting %s", name))
	}
	return errors.Join(faults...)
}

// putFile sets a secret from the content of a file.
func (c *Config) putFile(s setting, file, origin string) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("%s: %w", origin, err)
	}
	return c.put(s, strings.TrimSpace(string(raw)), origin)
}

// linked tells whether a variable is one of those by which Kubernetes shows services to every container: FOYER_PORT is
// tcp://… there when a service is called foyer.
func linked(name, value string) bool {
	_, port, ok := strings.Cut(name, "_PORT_")
	return ok && port != "" && port[0] >= '0' && port[0] <= '9' ||
		strings.HasSuffix(name, "_PORT") && strings.Contains(value, "://") ||
		strings.Contains(name, "_SERVICE_HOST") || strings.Contains(name, "_SERVICE_PORT")
}
