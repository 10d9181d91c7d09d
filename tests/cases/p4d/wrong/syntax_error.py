import torch

def main():
    torch.manual_seed(0)
    h = 4
    x = torch.randn(1, requires_grad=True)
    y = torch.randn(1)
    W1 = torch.randn(h, 1, requires_grad=True)
    b1 = torch.randn(h, requires_grad=True)
    W2 = torch.randn(1, h, requires_grad=True)
    b2 = torch.randn(1, requires_grad=True)

    z1 = W1 @ x + b1
    a1 = torch.relu(z1)
    y_hat = W2 @ a1 + b2 + x
    L = 0.5 * (y_hat - y)**2
    L.backward()

    e = (y_hat - y).detach()
    s = []
    for z in z1:
        if z > 0
            s.append(1.0)
        else
            s.append(0.0)
    s = torch.tensor(s)
    delta = W2[0].detach() * e * s

    print(torch.allclose(e, b2.grad))
    print(torch.allclose(e * a1.detach(), W2.grad[0])
    print(torch.allclose(delta * x.detach(), W1.grad[:, 0]))
    print(torch.allclose(delta, b1.grad))
    print(torch.allclose(e + (delta * W1[:, 0].detach()).sum(), x.grad))

main()
