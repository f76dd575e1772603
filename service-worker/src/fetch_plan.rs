//! What to do with a request of the page. Pure.

/// A request, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    /// Its method.
    pub method: &'a str,
    /// Whether it goes to this app's own origin.
    pub same_origin: bool,
    /// Its path.
    pub path: &'a str,
    /// Whether it opens a page.
    pub navigation: bool,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchPlan {
    /// Not ours: the browser does it as if there were no worker.
    Leave,
    /// Files from another app: keep them, then show the page that gives them a job.
    Share,
    /// The app's page, whatever the path: the app finds its screen by itself.
    Shell,
    /// A file of the shell from the cache; from the network if it is not there.
    CacheFirst,
}

/// Where the manifest sends what another app shares.
pub const SHARE: &str = "/share";

/// Decides. `/api` is never touched and never cached, and neither is anything that writes.
#[must_use]
pub fn plan_fetch(asked: Asked<'_>) -> FetchPlan {
    if asked.method == "POST" && asked.same_origin && asked.navigation && asked.path == SHARE {
        FetchPlan::Share
    } else if asked.method != "GET" || !asked.same_origin || asked.path.starts_with("/api/") {
        FetchPlan::Leave
    } else if asked.navigation {
        FetchPlan::Shell
    } else {
        FetchPlan::CacheFirst
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_get_the_shell_files_the_cache_and_the_api_nothing() {
        let get = |path, navigation| Asked {
            method: "GET",
            same_origin: true,
            path,
            navigation,
        };
        assert_eq!(plan_fetch(get("/jobs/7", true)), FetchPlan::Shell);
        assert_eq!(plan_fetch(get("/", true)), FetchPlan::Shell);
        assert_eq!(plan_fetch(get("/app-1.js", false)), FetchPlan::CacheFirst);
        assert_eq!(plan_fetch(get("/api/v1/pull", false)), FetchPlan::Leave);
        assert_eq!(plan_fetch(get("/api/v1/health", true)), FetchPlan::Leave);
        let post = |path, navigation| Asked {
            method: "POST",
            ..get(path, navigation)
        };
        assert_eq!(plan_fetch(post("/share", true)), FetchPlan::Share);
        assert_eq!(plan_fetch(post("/share", false)), FetchPlan::Leave);
        assert_eq!(plan_fetch(post("/jobs", true)), FetchPlan::Leave);
        assert_eq!(plan_fetch(get("/share", true)), FetchPlan::Shell);
        let other = Asked {
            same_origin: false,
            ..get("/map.png", false)
        };
        assert_eq!(plan_fetch(other), FetchPlan::Leave);
    }
}
