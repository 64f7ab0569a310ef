package openai

import (
	"errors"
	"net/url"
	"strings"
)

// splitURL takes a base URL as people copy it from a server's documentation: with a query (Azure's
// api-version), with a slash at the end, or with the path of the call itself.
func splitURL(s string) (base *url.URL, query url.Values, err error) {
	if s == "" {
		s = DefaultBaseURL
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, nil, errors.New("must look like https://host/v1")
	}
	if u.User != nil || u.Fragment != "" {
		return nil, nil, errors.New("must have no user or fragment; headers go into AI_HEADERS")
	}
	if query, err = url.ParseQuery(u.RawQuery); err != nil {
		return nil, nil, errors.New("must have a query such as ?api-version=2024-10-21, or none")
	}
	u.RawQuery = ""
	u.Path = strings.TrimSuffix(strings.TrimRight(u.Path, "/"), "/chat/completions") + "/"
	u.RawPath = ""
	return u, query, nil
}

// CheckURL returns what is wrong with a base URL, without repeating the URL.
func CheckURL(s string) error {
	_, _, err := splitURL(s)
	return err
}

// azureHosts take the key in the header api-key
// (https://learn.microsoft.com/azure/ai-services/openai/reference#authentication). Authorization is sent,
// too: newer hosts take either.
var azureHosts = []string{
	".openai.azure.com", ".azure-api.net", ".services.ai.azure.com", ".cognitiveservices.azure.com",
	".models.ai.azure.com", ".openai.azure.us",
}

func isAzure(u *url.URL) bool {
	for _, host := range azureHosts {
		if strings.HasSuffix(strings.ToLower(u.Hostname()), host) {
			return true
		}
	}
	return false
}
