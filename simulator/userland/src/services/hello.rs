//! hello: says that containers run, and ends.

use crate::kernel::{BoxFuture, Exit, Sys};

const GREETING: &[u8] = b"
Hello from Docker!
This message shows that the installation works.

To get here, the client asked for a container of the image `hello-world`, which was pulled first if it was not there.
The container ran one program, whose output this is, and the client has shown it.

Next, try a shell:
 $ docker run -it ubuntu bash

";

pub(super) fn main(sys: Sys) -> BoxFuture<'static, Exit> {
    Box::pin(async move {
        match sys.write_all(1, GREETING).await {
            Ok(()) => Exit::Status(0),
            Err(_) => Exit::Status(1),
        }
    })
}
