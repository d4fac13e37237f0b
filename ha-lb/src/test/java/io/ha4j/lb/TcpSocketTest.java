package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Options that the kernel refuses, as those of TCP on a Unix socket. */
class TcpSocketTest {
    private TcpSocket noTcp;

    @BeforeEach
    void open() {
        assumeTrue(Epoll.isAvailable(), "needs epoll");
        noTcp = new TcpSocket(Socket.newSocketDomain().intValue());
    }

    @AfterEach
    void close() throws IOException {
        if (noTcp != null) {
            noTcp.close();
        }
    }

    @Test
    void aRefusedOptionIsAnIoException() {
        assertThatThrownBy(() -> noTcp.setCork(true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("setsockopt() failed: ");
        assertThatThrownBy(noTcp::acknowledgeWithData).isInstanceOf(IOException.class);
    }

    @Test
    void whatTheKernelDoesNotTellIsAClosedConnection() {
        assertThat(noTcp.info()).isSameAs(TcpInfo.CLOSED);
    }
}
