import torch

torch.manual_seed(21)
h = 5
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)

# check for three different inputs
for x_val, y_val in [(0.5, 1.0), (-1.5, 0.0), (2.0, 3.0)]:
    x = torch.tensor([[x_val]], requires_grad=True)
    y = torch.tensor([[y_val]])

    z1 = torch.mm(W1, x) + b1
    a1 = torch.clamp(z1, min=0)
    y_pred = torch.mm(W2, a1) + b2 + x
    loss = 0.5 * torch.square(y_pred - y).sum()
    loss.backward()

    e = (y_pred - y).detach()
    mask = (z1 > 0).float()
    db2_hand = e.view(1)
    dW2_hand = torch.mm(e, a1.detach().t())
    dz = torch.mm(W2.detach().t(), e) * mask
    dW1_hand = torch.mm(dz, x.detach().t())
    db1_hand = dz
    dx_hand = e + torch.mm(W1.detach().t(), dz)

    print("x =", x_val, " y =", y_val)
    print("  b2:", (b2.grad - db2_hand).abs().max().item())
    print("  W2:", (W2.grad - dW2_hand).abs().max().item())
    print("  W1:", (W1.grad - dW1_hand).abs().max().item())
    print("  b1:", (b1.grad - db1_hand).abs().max().item())
    print("  x :", (x.grad - dx_hand).abs().max().item())

# For the first input everything is 0. For the other ones the parameters differ but x is ok,
# I think this is because ReLU is not differentiable for some of the units.
