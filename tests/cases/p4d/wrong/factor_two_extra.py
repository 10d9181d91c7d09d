import torch

def run(h, x, y):
    """L = 1/2 (yhat - y)^2"""
    w1 = torch.linspace(-1, 1.5, h).requires_grad_()
    b1 = torch.linspace(0.7, -0.9, h).requires_grad_()
    w2 = torch.linspace(-0.4, 2.0, h).requires_grad_()
    b2 = torch.tensor(0.25, requires_grad=True)
    x = torch.tensor(x, requires_grad=True)

    z = w1 * x + b1
    yhat = torch.dot(w2, torch.relu(z)) + b2 + x
    loss = (yhat - y) ** 2 / 2
    loss.backward()

    # derivative of the square brings down a 2
    with torch.no_grad():
        d_out = 2 * (yhat - y)
        ind = (z > 0).float()
        my_b2 = d_out
        my_w2 = d_out * torch.relu(z)
        my_b1 = d_out * w2 * ind
        my_w1 = my_b1 * x
        my_x = d_out + (my_b1 * w1).sum()

    print("h =", h, "x =", x.item(), "loss =", round(loss.item(), 4))
    for label, mine, auto in (("b2", my_b2, b2.grad), ("w2", my_w2, w2.grad), ("w1", my_w1, w1.grad),
                              ("b1", my_b1, b1.grad), ("x", my_x, x.grad)):
        print("   d%-3s mine: %s   autograd: %s" % (label, mine.tolist(), auto.tolist()))


run(4, 0.5, 3.0)
run(4, -1.25, 0.5)
