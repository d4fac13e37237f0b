package io.ha4j.relay;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Opens this many connections to an address and port, says so, and holds them until it is killed. */
public final class IdleConnections {
    private IdleConnections() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int count = Integer.parseInt(args[2]);
        List<Socket> open = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket(args[0], Integer.parseInt(args[1]));
            // One byte shows that the backend's side is connected, too; it is no request yet, so nothing comes back.
            socket.getOutputStream().write('G');
            open.add(socket);
        }
        System.out.println("open " + open.size());
        Thread.currentThread().join();
    }
}
