Feature: What a build copies

  Background:
    Given I have pulled busybox

  @RUN-copy @engine @rows:1.12
  Scenario Outline: Where what is copied goes
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN mkdir /there
      COPY <words>
      RUN cd / && find <found> | sort && cat <file>
      """
    And the file "a.txt" of the context with "content"
    And the file "b.txt" of the context with "content"
    And the file "dir/c.txt" of the context with "content"
    And the file "dir/sub/d.txt" of the context with "content"
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains " ---> Running in {any}\n<shown>\ncontent"

    Examples:
      | words             | found | file        | shown                                             |
      | a.txt /x          | x     | x           | x                                                 |
      | a.txt /x/         | x     | x/a.txt     | x\\nx/a.txt                                       |
      | a.txt /there      | there | there/a.txt | there\\nthere/a.txt                               |
      | a.txt /x/y/z      | x     | x/y/z       | x\\nx/y\\nx/y/z                                   |
      | ./a.txt /x        | x     | x           | x                                                 |
      | /a.txt /x         | x     | x           | x                                                 |
      | a.txt x           | x     | x           | x                                                 |
      | ["a.txt", "/x y"] | x*    | "x y"       | x y                                               |
      | a.txt b.txt /x/   | x     | x/b.txt     | x\\nx/a.txt\\nx/b.txt                             |
      | *.txt /x/         | x     | x/b.txt     | x\\nx/a.txt\\nx/b.txt                             |
      | ?.txt /x/         | x     | x/b.txt     | x\\nx/a.txt\\nx/b.txt                             |
      | [ac].txt /x/      | x     | x/a.txt     | x\\nx/a.txt                                       |
      | d*/s* /x/         | x     | x/d.txt     | x\\nx/d.txt                                       |
      | dir /x            | x     | x/c.txt     | x\\nx/c.txt\\nx/sub\\nx/sub/d.txt                 |
      | dir/ /x/          | x     | x/sub/d.txt | x\\nx/c.txt\\nx/sub\\nx/sub/d.txt                 |
      | dir /there        | there | there/c.txt | there\\nthere/c.txt\\nthere/sub\\nthere/sub/d.txt |
      | dir a.txt /x/     | x     | x/a.txt     | x\\nx/a.txt\\nx/c.txt\\nx/sub\\nx/sub/d.txt       |

  @RUN-copy-workdir @engine
  Scenario: Where what is copied goes from a working directory
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      WORKDIR /w
      COPY a b
      ADD a c/
      RUN find /w | sort
      """
    And the file "a" of the context with "content"
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\n/w\n/w/b\n/w/c\n/w/c/a\n"

  @RUN-copy-mode @engine
  Scenario: What is copied keeps its mode, and is root's
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      USER daemon
      COPY run /
      ADD dir /dir
      RUN stat -c "%a %U:%G %n" /run.me /dir /dir/file && cat /run.me
      """
    And the file "run/run.me" of the context with "content"
    And the mode of "run/run.me" in the context is 755
    And the file "dir/file" of the context with "content"
    And the mode of "dir/file" in the context is 644
    And the mode of "dir" in the context is 755
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "755 root:root /run.me\n755 root:root /dir\n644 root:root /dir/file\n"

  @RUN-copy-owner @engine
  Scenario: Whoever owns it in the archive, and whoever could not read it
    When I run `docker build --no-cache -` with an archive of:
      | Dockerfile | FROM busybox\nCOPY a /b\nRUN stat -c "%a %U:%G" /b\n |
      | a          | content                                              |
    Then it exits with 0
    And stdout contains "\n640 root:root\n"

  @RUN-copy-links @engine
  Scenario: A link that is copied with its directory stays a link
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      COPY dir /dir
      RUN readlink /dir/good && cat /dir/good && readlink /dir/broken
      """
    And the file "dir/file" of the context with "content"
    And the link "dir/good" of the context to "file"
    And the link "dir/broken" of the context to "nowhere"
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\nfile\ncontentnowhere\n"

  @RUN-copy-into-link @engine @rows:1.12
  Scenario Outline: A link at the destination leads to where it does in the container
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN mkdir /real && ln -s <target> /link
      COPY file /link/
      RUN find <real>
      """
    And the file "file" of the context with "content"
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\n<real>\n<real>/file\n"

    Examples:
      | target        | real  |
      | /real         | /real |
      | real          | /real |
      | ../../../real | /real |

  @RUN-copy-link-source @engine
  Scenario: A link inside the context that is copied by its name is what it leads to
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      COPY link /copy
      RUN cat /copy
      """
    And the file "file" of the context with "content"
    And the link "link" of the context to "file"
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\ncontent"

  @RUN-copy-link-directory @engine
  Scenario: So it is with a link to a directory
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      COPY link /copy
      RUN find /copy | sort && cat /copy/file
      """
    And the file "dir/file" of the context with "content"
    And the link "link" of the context to "dir"
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\n/copy\n/copy/file\ncontent"

  @RUN-copy-onto-link @engine
  Scenario: A link to a file is written through
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN mkdir /real && echo old > /real/file && ln -s /real/file /link
      COPY file /link
      RUN readlink /link; cat /real/file
      """
    And the file "file" of the context with "content"
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\n/real/file\ncontent"

  @RUN-copy-dots
  Scenario: No destination leads out
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      COPY file /../../x/../y
      RUN cat /y
      """
    And the file "file" of the context with "content"
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    But on the engine (drift) it exits with 1
    And on the zone stdout contains "\ncontent"

  @RUN-copy-over @engine
  Scenario: What is copied takes the place of what was there
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN mkdir /dir && echo old > /dir/file && echo kept > /dir/kept
      COPY dir /dir
      RUN cat /dir/file /dir/kept
      """
    And the file "dir/file" of the context with "new, "
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\nnew, kept\n"

  @RUN-copy-many @engine
  Scenario: Many layers
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      COPY file /1
      RUN rm /1 && echo 2 > /2
      COPY file /3
      RUN ls /1 2> /dev/null || cat /2 /3
      """
    And the file "file" of the context with "content"
    When I run `docker build --no-cache -t layers {context}`
    Then it exits with 0
    And stdout contains "\n2\ncontent"
    When I run `docker run --rm layers sh -c "ls /1 2> /dev/null || cat /2 /3"`
    Then stdout is "2\ncontent"

  @IMG-75 @engine @rows:1.12
  Scenario Outline: An archive that is added is unpacked
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ADD <name> /there/
      RUN cat /there/packed && stat -c %U:%G /there/packed
      """
    And the archive "<name>" of the context, packed with <packing>
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\npacked\n"

    Examples:
      | name      | packing |
      | a.tar     | nothing |
      | a.tar.gz  | gzip    |
      | a.tar.bz2 | bzip2   |
      | a.tar.xz  | xz      |
      | other     | gzip    |
      | another   | xz      |

  @IMG-75.destination @engine @rows:1.12
  Scenario Outline: Where an archive is unpacked
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN mkdir /dir && echo kept > /dir/kept
      ADD a.tar <destination>
      RUN find <destination> | sort
      """
    And the archive "a.tar" of the context, packed with nothing
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "<found>"

    Examples:
      | destination | found                                |
      | /new        | \\n/new\\n/new/packed\\n             |
      | /new/       | \\n/new/\\n/new/packed\\n            |
      | /a/b/c      | \\n/a/b/c\\n/a/b/c/packed\\n         |
      | /dir        | \\n/dir\\n/dir/kept\\n/dir/packed\\n |

  @IMG-75.owner
  Scenario: What is unpacked is root's
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ADD a.tar /there
      RUN stat -c %u:%g /there/packed
      """
    And the archive "a.tar" of the context, packed with nothing
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\n0:0\n"
    But on the engine stdout contains "\n7:7\n"

  @IMG-75.name
  Scenario: What is called an archive has to be one
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ADD a.tar /there/
      RUN cat /there/a.tar
      """
    And the file "a.tar" of the context with "content"
    When I run `docker build --no-cache {context}`
    Then it exits with 1
    But on the engine it exits with 0
    And stderr contains "Build failed: could not unpack a.tar: "
    But on the engine stdout contains "\ncontent"

  @IMG-75.packed-text
  Scenario Outline: What is packed and no archive makes the build fail
    When I run `docker build --no-cache -` with an archive of:
      | Dockerfile | FROM busybox\nADD text /there/\nRUN ls /there\n |
      | text       | <content>                                       |
    Then it exits with 1
    But on the engine it exits with 0
    And stderr contains "Build failed: could not unpack text: "
    But on the engine stderr does not contain "Build failed"

    Examples:
      | content              |
      | BZh91AY&SY and so on |

  @IMG-75.copy @engine
  Scenario: What is copied is not unpacked
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      COPY a.tar.gz /there/
      RUN ls /there
      """
    And the archive "a.tar.gz" of the context, packed with gzip
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\na.tar.gz\n"

  @IMG-75.several
  Scenario: Of several files none is unpacked
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ADD a.tar.gz Dockerfile /there/
      RUN ls /there
      """
    And the archive "a.tar.gz" of the context, packed with gzip
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\nDockerfile\na.tar.gz\n"
    But on the engine stdout contains "\nDockerfile\npacked\n"

  @IMG-75.directory @engine
  Scenario: An archive in a directory that is added is not unpacked
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ADD dir /there/
      RUN ls /there
      """
    And the archive "dir/a.tar" of the context, packed with nothing
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\na.tar\n"

  @IMG-73 @cli
  Scenario: What is to be ignored does not leave the client, but for two files
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      COPY . /there
      RUN cd /there && find . | sort
      """
    And the file ".dockerignore" of the context:
      """
      *.log
      !keep.log
      dir/sub
      Dockerfile
      .dockerignore
      """
    And the file "a.log" of the context with "a"
    And the file "keep.log" of the context with "a"
    And the file "dir/b" of the context with "b"
    And the file "dir/sub/c" of the context with "c"
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\n.\n./.dockerignore\n./Dockerfile\n./dir\n./dir/b\n./keep.log\n"
    But on the engine stdout contains "\n.\n./dir\n./dir/b\n./keep.log\n"

  @IMG-73.raw @from:1.10
  Scenario: An archive is not filtered
    When I run `docker build --no-cache -` with an archive of:
      | Dockerfile    | FROM busybox\nCOPY . /there\nRUN cd /there && find . \| sort\n |
      | .dockerignore | *.log\nDockerfile\n                                            |
      | a.log         | a                                                              |
    Then it exits with 0
    And stdout contains "\n.\n./.dockerignore\n./Dockerfile\n./a.log\n"
    But on the engine stdout contains "\n.\n./.dockerignore\n"

  @IMG-73.source @from:1.10 @engine
  Scenario: A source that is ignored is there where an archive is not filtered
    When I run `docker build --no-cache -` with an archive of:
      | Dockerfile    | FROM busybox\nCOPY a.log /\n |
      | .dockerignore | *.log\n                      |
      | a.log         | a                            |
    Then it exits with 0

  @IMG-74
  Scenario: What is written where a volume is to be stays
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      VOLUME /data
      RUN mkdir -p /data && echo written > /data/file
      RUN cat /data/file || echo gone
      """
    When I run `docker build --no-cache -t written {context}`
    Then it exits with 0
    And stdout contains "\nwritten\n"
    But on the engine stdout contains "gone\n"
    When I run `docker run --rm written sh -c "cat /data/file || echo gone"`
    Then stdout is "written\n"
    But on the engine stdout is "gone\n"

  @IMG-74.missing
  Scenario: A step finds the directory of a volume that the image lacks
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      VOLUME /new/data
      RUN echo written > /new/data/file && ls -ld /new/data
      RUN cat /new/data/file 2> /dev/null || echo gone
      """
    When I run `docker build --no-cache -t written {context}`
    Then it exits with 0
    And stdout matches `drwxr-xr-x +2 root +root +[0-9]+ .* /new/data\n`
    And stdout contains "\nwritten\n"
    But on the engine stdout contains "\ngone\n"

  @IMG-74.nothing
  Scenario: What every container gets is no change of the image
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN true
      """
    When I run `docker build --no-cache -t same {context}`
    And I request `GET /v1.24/images/same/json`
    Then the body shows:
      | /RootFS/Layers/1 | "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef" |
    But on the engine the body shows:
      | /RootFS/Layers/1 | absent |
    When I run `docker run --name web same true`
    And I run `docker commit web still`
    And I request `GET /v1.24/images/still/json`
    Then the body shows:
      | /RootFS/Layers/2 | "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef" |
    But on the engine the body shows:
      | /RootFS/Layers/1 | absent |

  @IMG-74.again
  Scenario: What every container gets again is no change of the image either
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo x > /x; rm -rf /var/log /etc/mtab
      RUN true
      """
    When I run `docker build --no-cache -t same {context}`
    And I request `GET /v1.24/images/same/json`
    Then the body shows:
      | /RootFS/Layers/2 | "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef" |
    But on the engine the body shows:
      | /RootFS/Layers/2 | absent |

  @IMG-74.paths
  Scenario: What never becomes part of an image
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN mkdir -p /native /checkpoints /system /var/run /var/log /var/svc /kept
      RUN for file in /native/f /checkpoints/f /system/f /etc/mnttab /var/run/f /var/log/sdc-dockerinit.log /var/svc/provisioned /kept/f; do echo content > $file; done
      """
    When I run `docker build --no-cache -t apart {context}`
    Then it exits with 0
    When I run `docker run --rm apart sh -c "ls -d /native/f /checkpoints/f /system/f /etc/mnttab /var/run/f /var/svc/provisioned /kept/f 2> /dev/null"`
    Then stdout is "/kept/f\n"
    But on the engine stdout contains "/native/f\n"

  @CLI-26.packed @engine @rows:1.12
  Scenario Outline: A packed archive on standard input
    When I run `docker build -t packed -` with the input "<bytes>"
    Then it exits with 0
    And stdout contains "ENV A=1\n"

    Examples:
      | how   | bytes                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    |
      | gzip  | \\x1f\\x8b\\x08\\x00\\x00\\x00\\x00\\x00\\x02\\x03s\\xc9O\\xceN\\x2dJ\\xcb\\xccIe\\xa0\\x190\\x00\\x023\\x13\\x130\\x0d\\x04\\xe8\\xb4\\x81\\x81\\x91\\x29\\x82\\x0d\\x167776aP0\\x60\\xa0\\x03\\x28\\x2d\\x2eI\\x2c\\x02Z\\xc902\\x81\\x5b\\x90\\xbf\\xafBRiqeR\\x7e\\x05\\x97\\xab\\x5f\\x98\\x82\\xa3\\xad\\x21\\x17\\xc3\\x28\\x18\\x05\\xa3\\x60\\x14\\x8c\\x82\\xe1\\x0e\\x00\\x2aW\\xcf\\xe9\\x00\\x08\\x00\\x00                                                                                                                                                                                                  |
      | bzip2 | BZh91AY\\x26SY\\xd2u\\x28\\xcf\\x00\\x00\\x2d\\x5f\\x81\\xca\\x90\\x40\\x00\\x7f\\x82\\x27\\x03\\x91\\x00\\x7b\\x2c\\x9e\\x60\\x00\\x04\\x08\\x08\\x20\\x00TR\\x0d\\x1a4\\x01\\xa0\\x19\\x007\\xaaz\\x83D\\x9ad\\x1a\\x01\\xa0\\x00\\x00\\x18\\x2f\\xe30\\x16\\x90\\x403sX\\x8e\\x07\\x94\\x40\\x18\\x0c\\xed\\xcb\\xec\\x91\\x40\\x92\\x60\\x82PA\\x0d\\x95\\xb6\\xd0\\xb5\\xa5\\x09\\xb9\\x5f\\x2c\\x99\\x9bX\\xd9\\x8c\\x09\\x40\\x0d\\x9c\\xe1\\xe0\\x0e\\x23\\x11\\x22x\\x2b9\\xff\\x17rE8P\\x90\\xd2u\\x28\\xcf                                                                                                    |
      | xz    | \\xfd7zXZ\\x00\\x00\\x01i\\x22\\xde6\\x02\\x00\\x21\\x01\\x16\\x00\\x00\\x00t\\x2f\\xe5\\xa3\\xe0\\x07\\xff\\x00X\\x5d\\x00\\x22\\x1b\\xc8f\\xdc\\x09d\\xe1\\xa6\\x5cA\\xc2B7E\\x03\\x89l\\x16\\xed\\xd2m\\x26\\x24\\xe51\\xaf\\x26vQ\\xf7\\xa4\\xb4\\x0a\\xa6\\x98j\\xa5\\x94\\x7e\\x90A\\x3fJ\\xbe\\xea\\x2dd\\xbc\\xb0P\\x19uG\\xde\\xed\\x25\\x7b\\xf3\\x90\\xb1\\x23i\\xaa\\x10\\x9d\\x9d\\xf6\\xdad\\xe7\\x8a\\x5fo\\xbd\\xf2N\\x7e\\x09\\xae\\xcf\\x5d\\x3c\\x81\\xc6\\x97\\x84\\x00\\x00\\x2aW\\xcf\\xe9\\x00\\x01p\\x80\\x10\\x00\\x00\\x00\\x11\\x3e\\x88\\x29\\x3e0\\x0d\\x8b\\x02\\x00\\x00\\x00\\x00\\x01YZ |

  @RUN-context-nothing @raw
  Scenario: A context that is no archive
    When I request `POST /v1.24/build?rm=1` with the body:
      """
      this is no archive
      """
    Then the status is 200
    But on the engine the status is 500
    And the body matches `^\{"error":"Build failed: invalid build context: [^"]+ \(req_id: [0-9a-f-]{36}\)",`
    But on the engine the body contains "\"message\":"

  @RUN-context-many-files @slow @cli @engine
  Scenario: Ten thousand files
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN mkdir /many && cd /many && seq 10000 | xargs touch
      RUN ls /many | wc -l
      """
    When I run `docker build --no-cache -t many {context}`
    Then it exits with 0
    And stdout contains "\n10000\n"
    When I run `docker run --rm many sh -c "ls /many | wc -l"`
    Then stdout is "10000\n"
