//! A server that says what it was told to say, whole answers at a time.

use wiremock::matchers::{method, path_regex};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::failure::Failure;

/// The server. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Answers(MockServer);

/// One answer.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    /// Of the request.
    pub(crate) method: &'a str,
    /// An expression for its path.
    pub(crate) path: &'a str,
    /// The status.
    pub(crate) status: u16,
    /// `Name: value`, or nothing. `HERE` stands for the server's own URL.
    pub(crate) header: &'a str,
    /// The body.
    pub(crate) body: &'a str,
}

impl Answers {
    /// Starts it; of several answers to a request the first counts.
    pub(crate) async fn start(answers: &[Answer<'_>]) -> Result<Answers, Failure> {
        let server = MockServer::start().await;
        let here = server.uri();
        for answer in answers {
            let mut response = ResponseTemplate::new(answer.status);
            if let Some((name, value)) = answer.header.split_once(": ") {
                let value = value.replace("HERE", &here);
                response = response.insert_header(name, value.as_str());
            }
            let response = response.set_body_raw(answer.body.to_owned(), "application/json");
            Mock::given(method(answer.method))
                .and(path_regex(format!("^{}$", answer.path)))
                .respond_with(response)
                .mount(&server)
                .await;
        }
        Ok(Answers(server))
    }

    /// `HOST:PORT`.
    pub(crate) fn authority(&self) -> String {
        format!("localhost:{}", self.0.address().port())
    }

    /// `METHOD PATH?QUERY` of each request, with `authorized` behind it when it said who comes.
    pub(crate) async fn requests(&self) -> Result<Vec<String>, Failure> {
        let requests = self.0.received_requests().await.unwrap_or_default();
        let shown = requests.iter().map(|request| {
            let query = request.url.query();
            let query = query.map_or(String::new(), |query| format!("?{query}"));
            let authorized = match request.headers.contains_key("authorization") {
                true => " authorized",
                false => "",
            };
            format!(
                "{} {}{query}{authorized}",
                request.method,
                request.url.path()
            )
        });
        Ok(shown.collect())
    }
}
