Feature: docker-py, as programs of its time and of today use it

  @RUN-docker-py-loop @docker-py-1.10.6
  Scenario: A container from its making to its end, with the client of 2016
    Given I have pulled busybox
    When I run the script:
      """
      import docker, ssl
      zone = docker.utils.kwargs_from_env(ssl_version=ssl.PROTOCOL_TLSv1_2)
      client = docker.Client(version='1.24', **zone)
      made = client.create_container('busybox', ['sh', '-c', 'echo out; echo err >&2; exit 3'],
                                     name='web', host_config=client.create_host_config())
      stream = client.attach(made['Id'], stdout=True, stderr=True, stream=True)
      client.start(made['Id'])
      print(sorted(b''.join(stream).decode().split()))
      print(client.wait(made['Id']))
      print(client.logs(made['Id'], stderr=False).decode().split())
      print(client.containers(all=True)[0]['Names'])
      print(client.inspect_container('web')['State']['ExitCode'])
      client.remove_container('web')
      print(client.containers(all=True))
      """
    Then stderr is ""
    And stdout is:
      """
      ['err', 'out']
      3
      ['out']
      ['/web']
      3
      []
      """

  @RUN-docker-py-exec @docker-py-1.10.6
  Scenario: An exec with the client of 2016
    Given the container "web" runs `sleep 1000`
    When I run the script:
      """
      import docker, ssl
      zone = docker.utils.kwargs_from_env(ssl_version=ssl.PROTOCOL_TLSv1_2)
      client = docker.Client(version='1.24', **zone)
      made = client.exec_create('web', ['sh', '-c', 'echo in; exit 4'])
      print(client.exec_start(made['Id']).decode(), end='')
      print(client.exec_inspect(made['Id'])['ExitCode'])
      try:
          client.pause('web')
      except docker.errors.APIError as error:
          print(error.explanation.decode().split(' (')[0])
      """
    Then stderr is ""
    And stdout is:
      """
      in
      4
      (NotImplemented) pause is not implemented
      """

  @RUN-docker-py-tls @docker-py-1.10.6
  Scenario: The version of TLS that the client of 2016 chooses by itself is too old
    When I run the script:
      """
      import docker
      client = docker.Client(version='1.24', **docker.utils.kwargs_from_env())
      try:
          client.version()
      except Exception as error:
          print('handshake failure' in str(error))
      """
    Then stdout is "True\n"

  @RUN-docker-py-run @docker-py-7.2.0
  Scenario: A container from its making to its end, with the client of today
    Given I have pulled busybox
    When I run the script:
      """
      import docker
      client = docker.from_env(version='1.24')
      print(client.containers.run('busybox', ['sh', '-c', 'echo out; exit 0'], remove=True))
      web = client.containers.run('busybox', ['sleep', '1000'], name='web', detach=True)
      print(web.exec_run(['sh', '-c', 'echo in; exit 4']))
      print([c.name for c in client.containers.list()])
      web.kill()
      print(web.wait())
      print(web.logs())
      web.remove()
      print(client.containers.list(all=True))
      """
    Then stderr is ""
    And stdout is:
      """
      b'out\n'
      ExecResult(exit_code=4, output=b'in\n')
      ['web']
      {'StatusCode': -9}
      b''
      []
      """

  @RUN-docker-py-failed @docker-py-7.2.0
  Scenario: A container that fails is told with its output and its status
    Given I have pulled busybox
    When I run the script:
      """
      import docker
      client = docker.from_env(version='1.24')
      try:
          client.containers.run('busybox', ['sh', '-c', 'echo bad >&2; exit 3'], remove=True)
      except docker.errors.ContainerError as error:
          print(error.exit_status, error.stderr)
      try:
          client.containers.get('nothing')
      except docker.errors.NotFound as error:
          print(error.explanation.split(' (')[0])
      """
    Then stderr is ""
    And stdout is:
      """
      3 b'bad\n'
      No such container: nothing
      """

  @RUN-docker-py-status @docker-py-7.2.0
  Scenario: The client of today looks for a state that the zone does not show
    Given the container "web" runs `sleep 1000`
    When I run the script:
      """
      import docker
      web = docker.from_env(version='1.24').containers.get('web')
      try:
          print(web.status)
      except KeyError as error:
          print('no', error)
      """
    Then stdout is "no 'Status'\n"

  @RUN-docker-py-versions @docker-py-7.2.0
  Scenario: The client of today thinks that the zone is too old, unless it is told a version
    When I run the script:
      """
      import docker
      try:
          docker.from_env()
          print('connected')
      except docker.errors.DockerException as error:
          print(error)
      """
    Then stdout is "API versions below 1.24 are no longer supported by this library.\n"

  @RUN-docker-py-stats @docker-py-7.2.0
  Scenario: Statistics, processes and a copy with the client of today
    Given the container "web" runs `sleep 1000`
    When I run the script:
      """
      import docker, io, tarfile
      web = docker.from_env(version='1.24').containers.get('web')
      print(web.stats(stream=False)['memory_stats']['limit'])
      print(web.top()['Titles'][-1])
      pieces, stat = web.get_archive('/etc/hostname')
      archive = tarfile.open(fileobj=io.BytesIO(b''.join(pieces)))
      print(archive.getnames(), stat['name'])
      made = io.BytesIO()
      with tarfile.open(fileobj=made, mode='w') as archive:
          entry = tarfile.TarInfo('greeting')
          entry.size = 6
          archive.addfile(entry, io.BytesIO(b'hello\n'))
      print(web.put_archive('/tmp', made.getvalue()))
      print(web.exec_run('cat /tmp/greeting').output)
      """
    Then stderr is ""
    And stdout is:
      """
      1073741824
      CMD
      ['hostname'] etc/hostname
      True
      b'hello\n'
      """

  @RUN-docker-py-ext @docker-py-7.2.0 @ext
  Scenario: With the extensions of the zone the client of today needs to be told nothing
    Given I have pulled busybox
    When I run the script:
      """
      import docker
      client = docker.from_env()
      print(client.version()['ApiVersion'])
      print(client.containers.run('busybox', ['echo', 'out'], remove=True))
      """
    Then stderr is ""
    And stdout is:
      """
      1.24
      b'out\n'
      """

  @RUN-docker-py-build-2016 @docker-py-1.10.6
  Scenario: The client of 2016 builds from a directory, tells the steps and removes what it made
    Given I have pulled busybox
    And my folder has the file "Dockerfile":
      """
      FROM busybox
      ARG word
      COPY Dockerfile /copied
      RUN echo $word > /word
      LABEL by=docker-py
      """
    When I run the script:
      """
      import docker, json, ssl
      zone = docker.utils.kwargs_from_env(ssl_version=ssl.PROTOCOL_TLSv1_2)
      client = docker.Client(version='1.24', **zone)
      lines = client.build(path='.', tag='built:1', buildargs={'word': 'hello'}, rm=True, decode=True)
      said = [line['stream'].strip() for line in lines]
      print([line for line in said if line.startswith('Step')])
      image = client.inspect_image('built:1')
      print(said[-1] == 'Successfully built ' + image['Id'][7:19], image['Config']['Labels'])
      made = client.create_container('built:1', 'cat /word', name='web', host_config=client.create_host_config())
      client.start('web')
      print(client.wait('web'), client.logs('web'))
      client.remove_container('web')
      client.tag('built:1', 'other', '2')
      print(sorted(client.inspect_image('other:2')['RepoTags']))
      for line in client.build(path='.', tag='built:1', buildargs={'word': 'hello'}, decode=True):
          if 'cache' in line['stream']:
              print(line['stream'].strip())
      print([step['CreatedBy'].split(' ')[-1] for step in client.history('built:1')][:1])
      client.remove_image('other:2')
      client.remove_image('built:1')
      print([image['RepoTags'] for image in client.images()])
      """
    Then stderr is ""
    And stdout is:
      """
      ['Step 1/5 : FROM busybox', 'Step 2/5 : ARG word', 'Step 3/5 : COPY Dockerfile /copied', 'Step 4/5 : RUN echo $word > /word', 'Step 5/5 : LABEL by=docker-py']
      True {'by': 'docker-py'}
      0 b'hello\n'
      ['built:1', 'other:2']
      ---> Using cache
      ---> Using cache
      ---> Using cache
      ---> Using cache
      ['by=docker-py']
      [['busybox:latest']]
      """

  @RUN-docker-py-build @docker-py-7.2.0
  Scenario: The client of today builds, and tells of a build that fails with its log
    Given I have pulled busybox
    When I run the script:
      """
      import docker, io
      client = docker.from_env(version='1.24')
      def build(text, **more):
          return client.images.build(fileobj=io.BytesIO(text), rm=True, **more)
      image, log = build(b'FROM busybox\nRUN echo made > /file\n', tag='built:1')
      print(image.tags, [line['stream'].strip() for line in log][0])
      print(client.containers.run('built:1', 'cat /file', remove=True))
      try:
          build(b'FROM busybox\nRUN exit 3\n')
      except docker.errors.BuildError as error:
          print(error.msg.split(' (req_id')[0])
          print([line['stream'].strip() for line in error.build_log if 'Step' in line.get('stream', '')])
      try:
          build(b'')
      except docker.errors.BuildError as error:
          print(error.msg.split(' (req_id')[0])
      """
    Then stderr is ""
    And stdout is:
      """
      ['built:1'] Step 1/2 : FROM busybox
      b'made\n'
      Build failed: The command '/bin/sh -c exit 3' returned a non-zero code: 3
      ['Step 1/2 : FROM busybox', 'Step 2/2 : RUN exit 3']
      Build failed: The Dockerfile (Dockerfile) cannot be empty
      """

  @RUN-docker-py-commit @docker-py-7.2.0
  Scenario: A commit, a history and a search with the client of today
    Given the container "web" runs `sh -c 'echo made > /file; sleep 1000'`
    When I run the script:
      """
      import docker
      client = docker.from_env(version='1.24')
      image = client.containers.get('web').commit('made', 'now', message='by hand', changes=['CMD ["cat", "/file"]'])
      print(image.tags, image.attrs['Comment'], image.attrs['Config']['Cmd'])
      print(client.containers.run('made:now', remove=True))
      print([found['name'] for found in client.images.search('nginx')][:1])
      print(client.images.pull('alpine', tag='latest').tags)
      try:
          client.images.pull('nothing-of-that-name', tag='1')
      except docker.errors.ImageNotFound as error:
          print(error.explanation.split(' (')[0])
      """
    Then stderr is ""
    And stdout is:
      """
      ['made:now'] by hand ['cat', '/file']
      b'made\n'
      ['nginx']
      ['alpine:latest']
      (ResourceNotFound) No such image: nothing-of-that-name:1
      """
