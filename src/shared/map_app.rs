//! The way to a place: the link that the phone's own map app opens.
//!
//! Owns [`MapApp`]. Pure: the browser's name and its URL encoding are arguments.

use afield_domain::Property;

/// What opens a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapApp {
    /// `geo:`, which Android gives to the app of the user's choice.
    Geo,
    /// Apple Maps.
    Apple,
    /// A map in the browser.
    Web,
}

impl MapApp {
    /// The map app of a browser that calls itself `agent`.
    #[must_use]
    pub fn of_agent(agent: &str) -> Self {
        if agent.contains("Android") {
            Self::Geo
        } else if agent.contains("iPhone") || agent.contains("iPad") || agent.contains("Mac OS") {
            Self::Apple
        } else {
            Self::Web
        }
    }

    /// The link to `property`; `encode` is the browser's URL encoding.
    #[must_use]
    pub fn href(self, property: &Property, encode: impl Fn(&str) -> String) -> String {
        let text = [&property.address, &property.postcode, &property.city]
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ");
        let query = encode(&text);
        let point = property
            .position
            .map(|at| (degrees(at.latitude), degrees(at.longitude)));
        match (self, point) {
            (Self::Geo, Some((lat, lon))) => format!("geo:{lat},{lon}?q={query}"),
            (Self::Geo, None) => format!("geo:0,0?q={query}"),
            (Self::Apple, Some((lat, lon))) => {
                format!("https://maps.apple.com/?ll={lat},{lon}&q={query}")
            }
            (Self::Apple, None) => format!("https://maps.apple.com/?q={query}"),
            (Self::Web, Some((lat, lon))) => {
                format!("https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=18/{lat}/{lon}")
            }
            (Self::Web, None) => format!("https://www.openstreetmap.org/search?query={query}"),
        }
    }
}

/// Six decimals. Whole numbers: printing floating-point numbers would cost some kilobytes of code.
fn degrees(value: f64) -> String {
    let sign = if value < 0.0 { "-" } else { "" };
    let micro = (value.abs() * 1e6 + 0.5) as u64;
    format!("{sign}{}.{:06}", micro / 1_000_000, micro % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{Position, PropertyId};

    fn property() -> Property {
        Property {
            archived: false,
            id: PropertyId(uuid::Uuid::from_u128(6)),
            address: "Mill Lane 4".into(),
            city: "Bruck".into(),
            postcode: String::new(),
            access: String::new(),
            position: None,
            customer: None,
        }
    }

    #[test]
    fn the_map_link_suits_the_phone() {
        let mut property = property();
        let encode = |text: &str| text.replace(' ', "%20");
        assert_eq!(
            MapApp::of_agent("Linux; Android 15").href(&property, encode),
            "geo:0,0?q=Mill%20Lane%204%20Bruck"
        );
        property.position = Position::new(48.1, 11.5);
        assert_eq!(
            MapApp::Geo.href(&property, encode),
            "geo:48.100000,11.500000?q=Mill%20Lane%204%20Bruck"
        );
        let texts = [40.7127837, -74.0059413, -0.0000004, 0.5].map(degrees);
        assert_eq!(texts, ["40.712784", "-74.005941", "-0.000000", "0.500000"]);
        assert_eq!(MapApp::of_agent("X11; Linux"), MapApp::Web);
    }
}
