Feature: dockerode

  Background:
    Given I have pulled busybox
    And my folder has the file "zone.js":
      """
      const fs = require('fs');
      const Docker = require('dockerode');
      const zone = new URL(process.env.DOCKER_HOST);
      const pem = (name) => fs.readFileSync(`${process.env.DOCKER_CERT_PATH}/${name}.pem`);
      module.exports = new Docker({
        protocol: 'https', host: zone.hostname, port: zone.port, version: 'v1.24',
        ca: pem('ca'), cert: pem('cert'), key: pem('key'),
      });
      """

  @RUN-dockerode-loop @dockerode-2.5.8
  Scenario: A container from its making to its end
    When I run the script:
      """
      const docker = require('./zone');
      (async () => {
        const config = {Image: 'busybox', Cmd: ['sh', '-c', 'echo out; exit 3'], name: 'web', HostConfig: {}};
        const web = await docker.createContainer(config);
        await web.start();
        console.log(await web.wait());
        console.log((await web.inspect()).State.ExitCode);
        console.log((await docker.listContainers({all: true})).map((c) => c.Names));
        await web.remove();
        console.log(await docker.listContainers({all: true}));
      })().catch((error) => { console.error(error.message); process.exit(1); });
      """
    Then stderr is ""
    And stdout is "{ StatusCode: 3 }\n3\n[ [ '/web' ] ]\n[]\n"

  @RUN-dockerode-logs @dockerode-2.5.8
  Scenario: Logs as a stream
    Given the container "web" runs `sh -c 'echo out; echo err >&2'`
    And the log of "web" contains "err"
    When I run the script:
      """
      const docker = require('./zone');
      const web = docker.getContainer('web');
      web.logs({stdout: true, stderr: true, follow: true}, (error, stream) => {
        web.modem.demuxStream(stream, process.stdout, process.stderr);
        stream.on('end', () => console.log('end'));
      });
      """
    Then stderr is "err\n"
    And stdout is "out\nend\n"

  @RUN-dockerode-attach @dockerode-2.5.8
  Scenario: Its attach takes the zone's 101 for an error
    Given the container "web" runs `sleep 1000`
    When I run the script:
      """
      const docker = require('./zone');
      docker.getContainer('web').attach({stream: true, stdout: true}, (error, stream) => {
        console.log(error && error.message, Boolean(stream));
        process.exit(0);
      });
      """
    Then stdout is "(HTTP code 101) unexpected -   false\n"

  @RUN-dockerode-exec @dockerode-2.5.8
  Scenario: Its exec too
    Given the container "web" runs `sleep 1000`
    When I run the script:
      """
      const docker = require('./zone');
      docker.getContainer('web').exec({Cmd: ['true'], AttachStdout: true}, (error, exec) => {
        exec.start({}, (error, stream) => {
          console.log(error && error.message, Boolean(stream));
          process.exit(0);
        });
      });
      """
    Then stdout is "(HTTP code 101) unexpected -   false\n"

  @RUN-dockerode-stopped @dockerode-2.5.8
  Scenario: Starting what runs is no error here
    Given the container "web" runs `sleep 1000`
    When I run the script:
      """
      const docker = require('./zone');
      docker.getContainer('web').start((error) => console.log(error && error.message));
      """
    Then stdout is "null\n"

  @RUN-dockerode-ext @dockerode-2.5.8 @ext
  Scenario: With the extensions of the zone its attach and exec are streams
    Given the container "web" is created with `sh -c 'echo out; sleep 1000'`
    When I run the script:
      """
      const docker = require('./zone');
      const web = docker.getContainer('web');
      web.attach({stream: true, stdout: true, stderr: true}, (error, stream) => {
        if (error) { console.log(error.message); process.exit(1); }
        web.modem.demuxStream(stream, process.stdout, process.stderr);
        stream.once('data', () => {
          web.exec({Cmd: ['echo', 'in'], AttachStdout: true}, (error, exec) => {
            exec.start({}, (error, stream) => {
              if (error) { console.log(error.message); process.exit(1); }
              web.modem.demuxStream(stream, process.stdout, process.stderr);
              stream.on('end', () => process.exit(0));
            });
          });
        });
        web.start((error) => { if (error) { console.log(error.message); } });
      });
      """
    Then stderr is ""
    And stdout is "out\nin\n"

  @RUN-dockerode-build @dockerode-2.5.8
  Scenario: It builds from files, and follows a pull
    Given my folder has the file "Dockerfile":
      """
      FROM busybox
      RUN echo made > /file
      """
    When I run the script:
      """
      const docker = require('./zone');
      const followed = (stream) => new Promise((done, failed) =>
        docker.modem.followProgress(stream, (error, lines) => (error ? failed(error) : done(lines))));
      (async () => {
        const built = await docker.buildImage({context: __dirname, src: ['Dockerfile']}, {t: 'built:1'});
        const lines = await followed(built);
        console.log(lines.map((line) => line.stream).filter((text) => /^Step/.test(text)));
        console.log((await docker.getImage('built:1').inspect()).RepoTags);
        const pulled = await followed(await docker.pull('alpine:latest'));
        console.log(pulled[pulled.length - 1].status);
        await followed(await docker.pull('nothing-of-that-name:1'));
      })().catch((error) => console.log(`${error.message || error}`.split(' (')[0]));
      """
    Then stderr is ""
    And stdout is:
      """
      [ 'Step 1/2 : FROM busybox\n', 'Step 2/2 : RUN echo made > /file\n' ]
      [ 'built:1' ]
      Status: Downloaded newer image for alpine:latest
      Error: image nothing-of-that-name:1 not found
      """
