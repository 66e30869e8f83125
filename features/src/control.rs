//! The control API of a zone, over HTTP.

use clients::raw::{Request, Response, Wire};
use clients::{Endpoint, RawClient, Target};
use serde_json::Value;

use crate::failure::Failure;

/// One connection to the control API of one zone.
#[derive(Debug)]
pub struct Control {
    client: RawClient,
    wire: Option<Wire>,
}

impl Control {
    /// Connects when it is first needed.
    pub fn new(endpoint: Endpoint) -> Control {
        Control {
            client: RawClient::new(Target::plain(endpoint)),
            wire: None,
        }
    }

    /// Asks for something; an empty answer is `null`.
    ///
    /// # Errors
    ///
    /// [`Failure::Zone`] for any status but 2xx.
    pub async fn get(&mut self, path: &str) -> Result<Value, Failure> {
        self.call(Request::new("GET", path)).await
    }

    /// Tells it something.
    ///
    /// # Errors
    ///
    /// As [`Control::get`].
    pub async fn send(&mut self, method: &str, path: &str, body: &Value) -> Result<Value, Failure> {
        self.call(Request::new(method, path).json(body.to_string()))
            .await
    }

    /// Tells it something that it is to refuse, and what it says to that.
    ///
    /// # Errors
    ///
    /// [`Failure::Differs`] when it does not refuse, [`Failure::Zone`] when it fails.
    pub async fn refusal(
        &mut self,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<String, Failure> {
        let request = Request::new(method, path).json(body.to_string());
        let (what, response) = self.answer(&request).await?;
        match response.status() {
            400..500 => {
                let text = response.json().unwrap_or_default();
                let text = text["message"].as_str().map(str::to_owned);
                text.ok_or_else(|| Failure::Zone(format!("{what}: {}", response.text())))
            }
            200..300 => Err(Failure::Differs(format!("{what} is not refused"))),
            status => Err(Failure::Zone(format!("{what}: {status}"))),
        }
    }

    async fn call(&mut self, request: Request) -> Result<Value, Failure> {
        let (what, response) = self.answer(&request).await?;
        if !(200..300).contains(&response.status()) {
            let (status, text) = (response.status(), response.text());
            return Err(Failure::Zone(format!("{what}: {status} {text}")));
        }
        match response.body.is_empty() {
            true => Ok(Value::Null),
            false => response
                .json()
                .map_err(|error| Failure::Zone(format!("{what}: {error}"))),
        }
    }

    /// What was asked, in words, and the answer.
    async fn answer(&mut self, request: &Request) -> Result<(String, Response), Failure> {
        let what = format!("the control API's {} {}", request.method, request.path);
        let response = self.exchange(request).await;
        let response = response.map_err(|error| Failure::Zone(format!("{what}: {error}")))?;
        Ok((what, response))
    }

    async fn exchange(&mut self, request: &Request) -> Result<Response, clients::ClientError> {
        let mut wire = match self.wire.take() {
            Some(wire) => wire,
            None => self.client.connect().await?,
        };
        wire.send(&request.to_bytes()).await?;
        let response = wire.read_response(&request.method).await?;
        if response.ended.is_none() && !response.head.has_token("Connection", "close") {
            self.wire = Some(wire);
        }
        Ok(response)
    }
}
