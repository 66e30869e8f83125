//! The route: gates, the context, and the work that goes on behind the answer.

use super::builder::{Builder, Ended};
use super::container::BuildContainer;
use super::output::Output;
use super::request::Request;
use super::upload::context;
use crate::docker::failure::Failure;
use crate::docker::images::{Messages, check_approval};
use crate::docker::route::{Answer, Call};
use crate::http::flight::Subject;
use futures_util::future::BoxFuture;
use http::StatusCode;
use rootfs::Source;
use std::sync::Arc;
use std::time::Duration;

/// After so much silence a build is given up, zone time (docker-api.md 6.6).
const SILENCE: Duration = Duration::from_secs(3600);

/// Builds an image. When the client goes away, the build is given up (IMG-77).
pub(crate) fn build(mut call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let upload = call.upload.take();
        // IMG-79
        check_approval(&call.driver, call.account())?;
        if !call.driver.view().settings().build {
            return Err(Failure::not_implemented("docker build"));
        }
        let request = Request::read(&call.query)?;
        call.flight.concerns(Subject::registry());
        let context = context(upload).await?;
        let needed = call.presence.need();
        let (messages, chunks) = Messages::ending_with("\n", call.driver.clock());
        let output = Output::new(messages, call.request_id.to_string());
        let builder = Builder {
            driver: call.driver.clone(),
            account: call.account().clone(),
            request: Arc::new(request),
            headers: call.headers.clone(),
            request_id: call.request_id.to_string(),
            output,
            flight: Arc::downgrade(&call.flight),
        };
        tokio::spawn(async move {
            run(&builder, context).await;
            drop(needed);
        });
        Ok(Answer::Stream {
            status: StatusCode::OK,
            content_type: Some("application/json"),
            headers: Vec::new(),
            chunks,
            goes_on: true,
        })
    })
}

/// The container is made first and goes, or stays, last.
async fn run(builder: &Builder, context: Source) {
    let container = match BuildContainer::make(builder).await {
        Ok(container) => container,
        Err(error) => return builder.output.fail(&error).await,
    };
    let ended = tokio::select! {
        ended = builder.build(&container, context) => ended,
        () = builder.output.messages().closed() => Ended::Cancelled,
        () = builder.output.messages().silence(SILENCE) => {
            builder.output.messages().cut().await;
            Ended::Cancelled
        }
    };
    let request = &builder.request;
    let succeeded = matches!(ended, Ended::Succeeded);
    container.stop().await;
    if request.removes_always || (request.removes && succeeded) {
        container.remove().await;
    }
    if let Ended::Failed(text) = ended {
        builder.output.fail(&text).await;
    }
}
